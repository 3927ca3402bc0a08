import { removeRxDatabase } from 'rxdb';
import { filter, firstValueFrom, timeout } from 'rxjs';
import { RectoError } from '#schemas/errors.ts';
import { coreOf } from '../app-core.ts';
import type { RectoApp } from '../recto-app.ts';
import { copyRows } from '../store/copy-rows.ts';
import type { Library } from '../store/library.ts';
import { hasManyWindows, libraryName } from '../store/open-database.ts';
import { openAccountApi } from '../sync/account-api.ts';
import { scanRows } from '../sync/meta-storage.ts';

/** The first sync of a large library takes minutes; longer than this nobody waits before a dialog. */
const SYNC_MS = 120_000;

/**
 * Deletes the account with everything on its server. No word is lost by it: this device first gets all that the server has, and copies it
 * into the library without an account, which is open afterwards. Stopped in between, it is still in the account's library here.
 * @returns when the server had deleted everything, RFC 3339, and how many books stay here
 * @throws RectoError forbidden (the password is another), unavailable (this device has not got everything yet), rate_limited, unauthenticated, network, storage_full, storage_failed
 */
export async function deleteAccount(app: RectoApp, { password }: { password: string }): Promise<{ deletedAt: string; books: number }> {
  const core = coreOf(app);
  const api = openAccountApi(core.account);
  const { session } = core.account;
  await app.flush();
  // Says at once that there is no connection, or no session any more.
  await api.listDevices();
  await waitForAll(app);
  const { deleted_at: deletedAt } = await api.delete({ password });
  const books = await keepBooks(await core.library(), await core.openLocalLibrary());
  await core.account.signOut();
  await core.library();
  await removeRxDatabase(libraryName(session), app.platform.storage, hasManyWindows(app.platform)).catch((thrown: unknown) => {
    throw new RectoError('storage_failed', 'The account is deleted, and its books are here. Only its second copy of them on this device could not be removed.', { cause: thrown });
  });
  return { deletedAt, books };
}

async function waitForAll({ syncStatus$ }: RectoApp): Promise<void> {
  const synced$ = syncStatus$.pipe(filter(({ state, pending }) => state === 'synced' && pending === 0), timeout(SYNC_MS));
  await firstValueFrom(synced$).catch((thrown: unknown) => {
    throw new RectoError('unavailable', 'This device has not got all of your books from the server yet, so nothing was deleted. Wait until Recto says “Synced”, and try again.', { cause: thrown });
  });
}

async function keepBooks(from: Library, to: Library): Promise<number> {
  try {
    let books = 0;
    for await (const rows of scanRows(from.blobs.collection.storageInstance, undefined)) {
      const living = rows.filter((row) => !row._deleted);
      books += living.filter((row) => row.schema_id === 'book-v1').length;
      await copyRows(living, to);
    }
    return books;
  } finally {
    await to.close();
  }
}
