import { firstValueFrom } from 'rxjs';
import { coreOf } from '../app-core.ts';
import type { RectoApp } from '../recto-app.ts';
import { SETTLED, snapshotIds } from '../sync/conflicts.ts';

/** The author has seen to it: the conflict leaves the list, on every device. Both versions stay in the history. */
export async function settleConflict(app: RectoApp, conflictId: string): Promise<void> {
  const library = await coreOf(app).library();
  const conflict = (await firstValueFrom(app.conflicts$)).find(({ id }) => id === conflictId);
  if (!conflict) return;
  await library.blobs.changeMany(snapshotIds(conflict), (blob) => (blob.tags.includes(SETTLED) ? null : { ...blob, tags: [...blob.tags, SETTLED] }));
}
