import { useEffect } from 'react';
import type { BackupEntry } from '#schemas/ipc.ts';
import { ErrorBoundary } from '#renderer/shell/ErrorBoundary.tsx';
import { formatPlace, goTo } from '#renderer/shell/router.ts';
import { SidePage, SidePageInvitation } from '#renderer/shell/SidePage.tsx';
import { Button } from '#renderer/ui/Button.tsx';
import { useToast } from '#renderer/ui/toast.tsx';
import { BackupContents } from './BackupContents.tsx';
import { useBackups } from './BackupsProvider.tsx';
import { formatSize, formatTime, groupByDay, KINDS } from './group-by-day.ts';
import { useBackupList } from './use-backup-list.ts';
import './backups.css';

/** Where backups go and what there is of them; beside it, what one holds, before anything is replaced. */
export function BackupsPage({ backupId }: { backupId: string | null }) {
  const { desktop, opened, addOpened } = useBackups();
  const { list, refresh, busy, takeNow, chooseFolder } = useBackupList(desktop);
  const { showError } = useToast();
  useEffect(() => {
    document.title = 'Backups';
  }, []);
  const openFile = async (): Promise<void> => {
    const backup = await desktop.call('backups.open-file', {});
    if (!backup) return;
    addOpened(backup);
    goTo({ name: 'backups', backupId: backup.id });
  };
  const known = [...opened, ...(list?.backups ?? []).filter(({ id }) => !opened.some((other) => other.id === id))];
  const backup = known.find(({ id }) => id === backupId) ?? null;
  return (
    <SidePage
      title="Backups"
      back={{ name: 'Library', href: formatPlace({ name: 'library' }) }}
      label="What the backup holds"
      side={
        list && (
          <>
            <div className="side-page-about backups-where">
              <p>
                Recto makes one each hour that you write, in <span className="backups-folder">{list.folder}</span>. It keeps 12 hours, 7 days and 26 weeks of them.
              </p>
              {list.trouble && (
                <p className="sentence-error" role="alert">
                  {list.trouble}
                </p>
              )}
              <div className="backups-actions">
                <Button kind="primary" onClick={() => void takeNow().catch(showError)} disabled={busy}>
                  {busy ? 'Backing up …' : 'Back up now'}
                </Button>
                <Button onClick={() => void chooseFolder().catch(showError)}>Choose folder…</Button>
                <Button onClick={() => void openFile().catch(showError)}>Open a backup file…</Button>
              </div>
            </div>
            <BackupList backups={known} now={list.lookedAt} chosen={backupId} />
          </>
        )
      }
    >
      <ErrorBoundary inPage key={backupId}>
        {backup ? <BackupContents key={backup.id} backup={backup} onReplaced={refresh} /> : <NothingOpen known={list !== null} backupId={backupId} isEmpty={known.length === 0} />}
      </ErrorBoundary>
    </SidePage>
  );
}

function BackupList({ backups, now, chosen }: { backups: readonly BackupEntry[]; now: Date; chosen: string | null }) {
  return (
    <div className="side-page-list">
      {groupByDay(backups, now).map(({ name, backups: ofDay }) => (
        <section key={name} aria-label={name}>
          <h2>{name}</h2>
          <ul>
            {ofDay.map((backup) => (
              <li key={backup.id}>
                <a
                  className="side-page-row backup-row"
                  href={formatPlace({ name: 'backups', backupId: backup.id })}
                  aria-current={backup.id === chosen ? 'page' : undefined}
                >
                  <span>{formatTime(backup.takenAt)}</span>
                  <span className="backup-kind">{KINDS[backup.kind]}</span>
                  <span>{formatSize(backup.sizeBytes)}</span>
                </a>
              </li>
            ))}
          </ul>
        </section>
      ))}
    </div>
  );
}

function NothingOpen({ known, backupId, isEmpty }: { known: boolean; backupId: string | null; isEmpty: boolean }) {
  if (!known) return null;
  let sentence = 'Choose a backup to see which books it holds. Looking changes nothing.';
  if (isEmpty) sentence = 'There is no backup yet. The first one is made within an hour of your writing, or now, if you like.';
  if (backupId !== null) sentence = 'This backup is not there any more. It may have been deleted, or its disk is not connected. Your library is as it was; choose another one.';
  return <SidePageInvitation>{sentence}</SidePageInvitation>;
}
