import { filter, firstValueFrom, timeout } from 'rxjs';
import { RectoError } from '#schemas/errors.ts';
import { coreOf } from '../app-core.ts';
import type { RectoApp } from '../recto-app.ts';
import { emptyLeftLibraries, leaveLibrary } from '../store/left-libraries.ts';
import { openAccountApi } from '../sync/account-api.ts';

/** The first sync of a large library takes minutes; longer than this nobody waits before a dialog. */
const SYNC_MS = 120_000;

/**
 * Deletes the account with everything on its server. No word is lost by it: this device first gets all that the server has, and copies it
 * into the library without an account, which is open afterwards. Stopped in between, the next start goes on with that; so it does with
 * what is written meanwhile in another window.
 * @returns when the server had deleted everything, RFC 3339, and how many books stay here
 * @throws RectoError forbidden (the password is another), unavailable (this device has not got everything yet), rate_limited, unauthenticated, network, storage_full, storage_failed (the account is deleted; the next start tries again)
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
  await leaveLibrary(core, session!);
  await core.account.signOut();
  // The account's library is closed now.
  await core.library();
  return { deletedAt, books: await emptyLeftLibraries(core, app.platform, false) };
}

async function waitForAll({ syncStatus$ }: RectoApp): Promise<void> {
  const synced$ = syncStatus$.pipe(filter(({ state, pending }) => state === 'synced' && pending === 0), timeout(SYNC_MS));
  await firstValueFrom(synced$).catch((thrown: unknown) => {
    throw new RectoError('unavailable', 'This device has not got all of your books from the server yet, so nothing was deleted. Wait until Recto says “Synced”, and try again.', { cause: thrown });
  });
}
