import { firstValueFrom } from 'rxjs';
import { coreOf } from '../app-core.ts';
import type { RectoApp } from '../recto-app.ts';

/**
 * Goes back to the local library. The account's stays on this device, with what the server has not got yet; signing
 * in again opens it and sends that.
 * @returns how many changes wait in it, and a sentence that says so where there are any
 */
export async function signOut(app: RectoApp): Promise<{ unsynced: number; message?: string }> {
  const { account, library } = coreOf(app);
  await app.flush();
  const { pending } = await firstValueFrom(app.syncStatus$);
  const email = account.session?.email;
  await account.signOut();
  await library();
  if (pending === 0) return { unsynced: 0 };
  const changes = pending === 1 ? 'One change is' : `${pending} changes are`;
  return { unsynced: pending, message: `${changes} not on the server yet. They stay on this device and are sent when you sign in as ${email ?? 'before'} again.` };
}
