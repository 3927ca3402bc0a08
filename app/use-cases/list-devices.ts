import type { Device } from '#schemas/generated/types.ts';
import { coreOf } from '../app-core.ts';
import type { RectoApp } from '../recto-app.ts';
import { openAccountApi } from '../sync/account-api.ts';

/** The devices that are signed in to the account, the last seen first. @throws RectoError unauthenticated, network */
export async function listDevices(app: RectoApp): Promise<Device[]> {
  return openAccountApi(coreOf(app).account).listDevices();
}
