import { useEffect, useRef, useState, type ReactNode } from 'react';
import type { Desktop } from '#renderer/platform/desktop.ts';
import { useApp } from '#renderer/shell/app-context.ts';
import { formatCount } from '#renderer/shell/format-count.ts';
import { RectoError } from '#schemas/errors.ts';
import { Progress } from '#renderer/ui/Progress.tsx';
import { useToast } from '#renderer/ui/toast.tsx';
import { WorkCard } from '#renderer/ui/WorkCard.tsx';

interface Exporting {
  start(): Promise<void>;
  /** How far it is; null while nothing is exported. */
  card: ReactNode;
}

/** The whole library as a folder of plain files, written by the program from the author's file. */
export function useExportEverything(desktop: Desktop): Exporting {
  const app = useApp();
  const { show } = useToast();
  const [work, setWork] = useState<{ done: number; total: number } | null>(null);
  const running = useRef<string | null>(null);
  useEffect(
    () =>
      desktop.on('progress', ({ taskId, done, total }) => {
        if (taskId === running.current) setWork({ done, total });
      }),
    [desktop],
  );

  const start = async (): Promise<void> => {
    if (running.current) {
      show({ message: 'Your library is being exported already. Wait until that is done, or cancel it.' });
      return;
    }
    const taskId = app.platform.newId();
    running.current = taskId;
    try {
      // What is typed but not yet stored belongs in the folder.
      await app.flush();
      const result = await desktop.call('export.everything', { taskId });
      if (!result) return;
      const { place, grant, books, files } = result;
      show({
        message: `${formatCount(books, 'book')} in ${formatCount(files, 'file')}: your library is ${place}.`,
        action: { name: 'Show in folder', run: async () => void (await desktop.call('files.reveal', { grant })) },
      });
    } catch (thrown) {
      if (!(thrown instanceof RectoError && thrown.code === 'cancelled')) throw thrown;
      show({ message: 'The export was cancelled. Your library is as it was.' });
    } finally {
      running.current = null;
      setWork(null);
    }
  };
  const cancel = (): void => {
    const taskId = running.current;
    if (taskId) void desktop.call('tasks.cancel', { taskId });
  };
  const card = work && (
    <WorkCard label="Export under way">
      <Progress label="Exporting everything" work={work} onCancel={cancel} />
    </WorkCard>
  );
  return { start, card };
}
