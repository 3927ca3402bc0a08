/** Several windows on one library: one of them syncs, and tells the others how that goes. */
/* oxlint-disable unicorn/require-post-message-target-origin -- a BroadcastChannel reaches its own origin only */
import type { Observable } from 'rxjs';
import { RectoError } from '#schemas/errors.ts';
import type { Problem } from '#schemas/generated/types.ts';
import type { SyncStatus } from '../recto-app.ts';

type Message =
  | { type: 'status'; status: Omit<SyncStatus, 'setAside'> & { setAside: { blobId: string; problem: Problem }[] } }
  /** A window that has just come asks. */
  | { type: 'ask' }
  | { type: 'sync-now' };

export interface StatusShare {
  /** Asks the window that syncs to do it now. */
  syncNow(): void;
  close(): void;
}

/** For the window that syncs. `name`: of the library and its account. */
export function tellStatus(name: string, status$: Observable<SyncStatus>, onSyncNow: () => void): StatusShare {
  const channel = new BroadcastChannel(name);
  let last: Message | null = null;
  const subscription = status$.subscribe((status) => {
    last = { type: 'status', status: { ...status, setAside: status.setAside.map(({ blobId, error }) => ({ blobId, problem: error.toProblem() })) } };
    channel.postMessage(last);
  });
  channel.addEventListener('message', ({ data }: MessageEvent<Message>) => {
    if (data.type === 'ask' && last) channel.postMessage(last);
    if (data.type === 'sync-now') onSyncNow();
  });
  return {
    syncNow: onSyncNow,
    close: () => {
      subscription.unsubscribe();
      channel.close();
    },
  };
}

/** For the others. */
export function followStatus(name: string, onStatus: (status: SyncStatus) => void): StatusShare {
  const channel = new BroadcastChannel(name);
  channel.addEventListener('message', ({ data }: MessageEvent<Message>) => {
    if (data.type !== 'status') return;
    onStatus({ ...data.status, setAside: data.status.setAside.map(({ blobId, problem }) => ({ blobId, error: RectoError.fromProblem(problem) })) });
  });
  channel.postMessage({ type: 'ask' } satisfies Message);
  return { syncNow: () => channel.postMessage({ type: 'sync-now' } satisfies Message), close: () => channel.close() };
}
