import { useEffect, useState } from 'react';
import type { IpcOutput } from '#schemas/ipc.ts';
import { useNotices } from '#renderer/features/notices/NoticesProvider.tsx';
import type { Desktop } from '#renderer/platform/desktop.ts';
import { goTo } from '#renderer/shell/router.ts';
import { describeError } from '#renderer/shell/describe-error.ts';
import { Button } from '#renderer/ui/Button.tsx';
import { useToast } from '#renderer/ui/toast.tsx';

/** Where backups go, and the way to them. */
export function BackupSettings({ desktop, onLeave }: { desktop: Desktop; onLeave(): void }) {
  const { showError } = useToast();
  const [list, setList] = useState<IpcOutput<'backups.list'> | null>(null);
  useEffect(() => {
    desktop.call('backups.list', {}).then(setList, showError);
  }, [desktop, showError]);
  const choose = async (): Promise<void> => {
    const chosen = await desktop.call('backups.choose-folder', {});
    if (chosen && list) setList({ ...list, folder: chosen.folder, trouble: null });
  };
  return (
    <section className="settings-group" aria-label="Backups">
      <h3>Backups</h3>
      {list && (
        <p>
          They go in <span className="settings-path">{list.folder}</span>.
        </p>
      )}
      {list?.trouble && <p className="sentence-error">{list.trouble}</p>}
      <div className="settings-buttons">
        <Button onClick={() => void choose().catch(showError)}>Choose folder…</Button>
        <Button
          onClick={() => {
            onLeave();
            goTo({ name: 'backups', backupId: null });
          }}
        >
          Show the backups
        </Button>
      </div>
    </section>
  );
}

/** What Recto did by itself, to be read again. */
export function WhatHappened() {
  const notices = useNotices();
  if (notices.length === 0) return null;
  const time = new Intl.DateTimeFormat('en-GB', { hour: '2-digit', minute: '2-digit' });
  return (
    <section className="settings-group" aria-label="What happened">
      <h3>What happened</h3>
      <ul className="what-happened">
        {notices.map(({ notice: { kind, message }, at }, index) => (
          <li key={notices.length - index} data-kind={kind}>
            <time dateTime={at.toISOString()}>{time.format(at)}</time> {message}
          </li>
        ))}
      </ul>
    </section>
  );
}

/** Which Recto this is, and whether there is a newer one. Nothing where updates are off. */
export function VersionSettings({ desktop }: { desktop: Desktop }) {
  const [update, setUpdate] = useState<IpcOutput<'updates.check'> | null>(null);
  const [trouble, setTrouble] = useState<string | null>(null);
  useEffect(() => {
    let shown = true;
    desktop.call('updates.check', {}).then(
      (found) => shown && setUpdate(found),
      (thrown: unknown) => shown && setTrouble(describeError(thrown)),
    );
    return () => {
      shown = false;
    };
  }, [desktop]);
  const check = (): void => {
    setTrouble(null);
    desktop.call('updates.check', {}).then(setUpdate, (thrown: unknown) => setTrouble(describeError(thrown)));
  };
  const isOff = update === null ? trouble === null : update.state === 'off';
  return (
    <section className="settings-group" aria-label="Version">
      <h3>Recto {desktop.start.version}</h3>
      {!isOff && (
        <>
          <output>{trouble ?? describeUpdate(update)}</output>
          <div className="settings-buttons">
            <Button onClick={check}>Check for updates</Button>
          </div>
        </>
      )}
    </section>
  );
}

function describeUpdate(update: IpcOutput<'updates.check'> | null): string {
  if (update?.state === 'available') return `Recto ${update.version ?? ''} is there.`;
  return 'This is the newest version.';
}
