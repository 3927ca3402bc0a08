import { useId } from 'react';
import type { SyncStatus as Status } from '#app/recto-app.ts';
import { useApp } from '#renderer/shell/app-context.ts';
import { formatCount } from '#renderer/shell/format-count.ts';
import { useObservable } from '#renderer/shell/use-observable.ts';
import { Popover } from '#renderer/ui/Popover.tsx';

const WORDS: Record<Status['state'], string> = { synced: 'Synced', syncing: 'Syncing', offline: 'Offline', 'signed-out': 'Signed out' };

const SIGNED_OUT: Status = { state: 'signed-out', pending: 0, setAside: [] };

/** A sentence on how far this computer and the server are apart. */
function describe(status: Status): string {
  const waiting = status.pending === 1 ? '1 change waits to be sent.' : `${formatCount(status.pending, 'change')} wait to be sent.`;
  const words: Record<Status['state'], string> = {
    synced: 'This computer and the server have the same words.',
    syncing: status.pending > 0 ? waiting : 'Fetching what is new.',
    offline: `There is no connection to the server. You can go on writing${status.pending > 0 ? `: ${waiting}` : '.'}`,
    'signed-out': status.message ? `The session with the server has ended. ${status.message}; until then everything stays on this computer.` : 'The library is on this computer only. Nothing needs an account.',
  };
  return words[status.state];
}

export function SyncStatus() {
  const { syncStatus$ } = useApp();
  const status = useObservable(syncStatus$, SIGNED_OUT);
  const detail = useId();
  const word = WORDS[status.state];
  return (
    <>
      <output className="status-word" data-state={status.state} aria-label={word} aria-describedby={detail} title={describe(status)}>
        {word}
        {status.pending > 0 && status.state !== 'signed-out' && <span className="status-pending" aria-hidden>{` · ${status.pending}`}</span>}
      </output>
      <span className="visually-hidden" id={detail}>
        {describe(status)}
      </span>
      {status.setAside.length > 0 && <SetAside list={status.setAside} />}
    </>
  );
}

/** What the server refused: it is on this computer, and the author sees why it goes no further. */
function SetAside({ list }: { list: Status['setAside'] }) {
  return (
    <Popover
      side="top"
      align="start"
      label="Changes that the server refused"
      trigger={
        <button type="button" className="status-button" data-tone="trouble">
          {list.length} set aside
        </button>
      }
    >
      <p>The server did not take these. They are safe on this computer, and everything else goes on syncing.</p>
      <ul className="set-aside">
        {list.map(({ blobId, error }) => (
          <li key={blobId}>{error.message}</li>
        ))}
      </ul>
    </Popover>
  );
}
