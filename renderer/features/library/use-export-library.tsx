import { useRef, useState, type ReactNode } from 'react';
import { exportEverything } from '#app/use-cases/export-everything.ts';
import { useApp, usePlatform } from '#renderer/shell/app-context.ts';
import { isCancelled } from '#renderer/shell/describe-error.ts';
import { formatCount } from '#renderer/shell/format-count.ts';
import { Progress } from '#renderer/ui/Progress.tsx';
import { useToast } from '#renderer/ui/toast.tsx';
import { WorkCard } from '#renderer/ui/WorkCard.tsx';

/** The whole library as a zip of plain files, packed in the page. `card`: how far it is; null while nothing is packed. */
export function useExportLibrary(): { start(): Promise<void>; card: ReactNode } {
  const app = useApp();
  const { saveFile } = usePlatform();
  const { show } = useToast();
  const [work, setWork] = useState<{ done: number; total: number } | null>(null);
  const running = useRef<AbortController | null>(null);

  const start = async (): Promise<void> => {
    if (running.current) {
      show({ message: 'Your library is being exported already. Wait until that is done, or cancel it.' });
      return;
    }
    const abort = new AbortController();
    running.current = abort;
    try {
      const { bytes, report } = await exportEverything(app, { signal: abort.signal, onProgress: setWork });
      const day = new Date(app.platform.clock.now()).toISOString().slice(0, 10);
      const saved = await saveFile({ name: `Recto library ${day}.zip`, mediaType: 'application/zip', bytes });
      if (saved) show({ message: `${formatCount(report.books, 'book')} in ${formatCount(report.files, 'file')}: your library is ${saved.place}.` });
    } catch (thrown) {
      if (!isCancelled(thrown)) throw thrown;
      show({ message: 'The export was cancelled. Your library is as it was.' });
    } finally {
      running.current = null;
      setWork(null);
    }
  };
  const card = work && (
    <WorkCard label="Export under way">
      <Progress label="Exporting everything" work={work} onCancel={() => running.current?.abort()} />
    </WorkCard>
  );
  return { start, card };
}
