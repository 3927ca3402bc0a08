import { BehaviorSubject } from 'rxjs';
import { expect, test, vi } from 'vitest';
import { RectoError } from '#schemas/errors.ts';
import type { SyncStatus } from '../recto-app.ts';
import { followStatus, tellStatus } from './share-status.ts';

test('a window that does not sync shows how the one that does fares, and can ask it to sync', async () => {
  const name = `share-status ${performance.now()}`;
  const refused = { blobId: 'blob-1', error: new RectoError('schema_violation', 'It does not fit.') };
  const status$ = new BehaviorSubject<SyncStatus>({ state: 'offline', pending: 3, message: 'No connection.', setAside: [refused] });
  const onSyncNow = vi.fn<() => void>();
  const leader = tellStatus(name, status$, onSyncNow);
  const seen: SyncStatus[] = [];
  const follower = followStatus(name, (status) => seen.push(status));
  await vi.waitFor(() => expect(seen.at(-1)).toMatchObject({ state: 'offline', pending: 3, message: 'No connection.', setAside: [{ blobId: 'blob-1', error: { code: 'schema_violation' } }] }));
  expect(seen.at(-1)!.setAside[0]!.error).toBeInstanceOf(RectoError);
  status$.next({ state: 'synced', pending: 0, setAside: [] });
  await vi.waitFor(() => expect(seen.at(-1)!.state).toBe('synced'));
  follower.syncNow();
  await vi.waitFor(() => expect(onSyncNow).toHaveBeenCalledOnce());
  for (const share of [leader, follower]) share.close();
});
