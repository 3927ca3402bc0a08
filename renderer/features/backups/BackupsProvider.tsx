import { createContext, useCallback, useContext, useMemo, useState, type ReactNode } from 'react';
import type { BackupEntry } from '#schemas/ipc.ts';
import type { Desktop } from '#renderer/platform/desktop.ts';
import { Progress } from '#renderer/ui/Progress.tsx';
import { WorkCard } from '#renderer/ui/WorkCard.tsx';
import { useRestore, type Restoring } from './use-restore.ts';

export interface Backups extends Pick<Restoring, 'restore' | 'running'> {
  readonly desktop: Desktop;
  /** Backup files that were opened from elsewhere since the window opened. */
  readonly opened: readonly BackupEntry[];
  addOpened(backup: BackupEntry): void;
}

const BackupsContext = createContext<Backups | null>(null);

export function useBackups(): Backups {
  const backups = useContext(BackupsContext);
  if (!backups) throw new Error('useBackups outside of BackupsProvider');
  return backups;
}

/** What goes on about backups whatever page is shown: a restore that runs, files that were opened. */
export function BackupsProvider({ desktop, children }: { desktop: Desktop; children: ReactNode }) {
  const [opened, setOpened] = useState<readonly BackupEntry[]>([]);
  const { restore, running, cancel } = useRestore(desktop);
  const addOpened = useCallback((backup: BackupEntry) => setOpened((list) => [backup, ...list.filter(({ id }) => id !== backup.id)]), []);
  const backups = useMemo(() => ({ desktop, opened, addOpened, restore, running }), [desktop, opened, addOpened, restore, running]);
  return (
    <BackupsContext.Provider value={backups}>
      {children}
      {running && (
        <WorkCard label="Restore under way">
          {/* Once it writes, it is done rather than left half done. */}
          <Progress label={`Restoring ${running.title}`} work={running.work} onCancel={running.work && running.work.total > 0 ? undefined : cancel} />
        </WorkCard>
      )}
    </BackupsContext.Provider>
  );
}
