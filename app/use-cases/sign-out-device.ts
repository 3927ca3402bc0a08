import { RectoError } from '#schemas/errors.ts';
import { coreOf } from '../app-core.ts';
import type { RectoApp } from '../recto-app.ts';
import { openAccountApi } from '../sync/account-api.ts';

/** Ends the session of another device; what is written on it stays there. @throws RectoError unauthenticated, network */
export async function signOutDevice(app: RectoApp, deviceId: string): Promise<void> {
  await openAccountApi(coreOf(app).account).endDevice(deviceId).catch((thrown: unknown) => {
    // Somebody was quicker.
    if (!(thrown instanceof RectoError && thrown.code === 'not_found')) throw thrown;
  });
}
