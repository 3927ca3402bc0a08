import { useCallback, useEffect, useRef, useState } from 'react';
import { restoreBookFromBackup } from '#app/use-cases/restore-book-from-backup.ts';
import type { Progress as Work } from '#processors/contract/processor.ts';
import type { BackupBook, BackupEntry } from '#schemas/ipc.ts';
import type { Desktop } from '#renderer/platform/desktop.ts';
import { useApp } from '#renderer/shell/app-context.ts';
import { isCancelled } from '#renderer/shell/describe-error.ts';
import { goTo } from '#renderer/shell/router.ts';
import { useToast } from '#renderer/ui/toast.tsx';
import { formatMoment } from './group-by-day.ts';

export interface Restoring {
  /** Null: none runs. */
  running: { title: string; work: Work | null } | null;
  restore(backup: BackupEntry, book: BackupBook): Promise<void>;
  cancel(): void;
}

/** One restore at a time. What it replaces is kept first, in a backup of its own. */
export function useRestore(desktop: Desktop): Restoring {
  const app = useApp();
  const { show } = useToast();
  const [running, setRunning] = useState<Restoring['running']>(null);
  const stop = useRef<AbortController | null>(null);
  useEffect(() => () => stop.current?.abort(), []);

  const restore = useCallback(
    async (backup: BackupEntry, book: BackupBook) => {
      if (stop.current) return;
      const controller = new AbortController();
      stop.current = controller;
      const title = book.title || 'Untitled';
      setRunning({ title, work: null });
      try {
        // What is typed but not yet stored is replaced, too: it belongs in what is kept.
        await app.flush();
        const before = await desktop.call('backups.take', { reason: 'before-restore' });
        const readPage = (after: string | null) => desktop.call('backups.read-book', { backupId: backup.id, library: book.library, bookId: book.id, after });
        const { changed } = await restoreBookFromBackup(app, { bookId: book.id, readPage }, { signal: controller.signal, onProgress: (work) => setRunning({ title, work }) });
        if (changed === 0) {
          show({ message: `“${title}” is as it was then already: nothing had to be changed.` });
          return;
        }
        show({
          message: `“${title}” is as it was on ${formatMoment(backup.takenAt)}; chapters added since stay at its end. What it replaced is in a backup.`,
          action: { name: 'Show what it replaced', run: () => goTo({ name: 'backups', backupId: before.id }) },
        });
      } catch (thrown) {
        if (!isCancelled(thrown)) throw thrown;
        show({ message: `The restore of “${title}” was cancelled. Nothing was changed.` });
      } finally {
        stop.current = null;
        setRunning(null);
      }
    },
    [app, desktop, show],
  );
  const cancel = useCallback(() => stop.current?.abort(), []);
  return { running, restore, cancel };
}
