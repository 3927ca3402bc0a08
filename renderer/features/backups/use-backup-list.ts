import { useCallback, useEffect, useState } from 'react';
import type { IpcOutput } from '#schemas/ipc.ts';
import type { Desktop } from '#renderer/platform/desktop.ts';
import { useApp } from '#renderer/shell/app-context.ts';
import { goTo } from '#renderer/shell/router.ts';
import { useToast } from '#renderer/ui/toast.tsx';

interface BackupList {
  /** Null while it is not known. */
  list: (IpcOutput<'backups.list'> & { lookedAt: Date }) | null;
  refresh(): void;
  /** True while one is being made. */
  busy: boolean;
  takeNow(): Promise<void>;
  chooseFolder(): Promise<void>;
}

/** The backups there are, looked up anew when something about them changed, or the window comes back. */
export function useBackupList(desktop: Desktop): BackupList {
  const app = useApp();
  const { show, showError } = useToast();
  const [list, setList] = useState<BackupList['list']>(null);
  const [busy, setBusy] = useState(false);
  const refresh = useCallback(() => {
    desktop.call('backups.list', {}).then((found) => setList({ ...found, lookedAt: new Date() }), showError);
  }, [desktop, showError]);

  useEffect(() => {
    refresh();
    window.addEventListener('focus', refresh);
    return () => window.removeEventListener('focus', refresh);
  }, [refresh]);

  return {
    list,
    refresh,
    busy,
    async takeNow() {
      setBusy(true);
      try {
        await app.flush();
        const backup = await desktop.call('backups.take', { reason: 'asked' });
        refresh();
        show({ message: 'The backup is made, and holds every word as it is now.', action: { name: 'Show in folder', run: async () => void (await desktop.call('backups.reveal', { backupId: backup.id })) } });
        goTo({ name: 'backups', backupId: backup.id });
      } finally {
        setBusy(false);
      }
    },
    async chooseFolder() {
      const chosen = await desktop.call('backups.choose-folder', {});
      if (!chosen) return;
      refresh();
      show({ message: `Backups now go in ${chosen.folder}. Those made before stay where they are.` });
    },
  };
}
