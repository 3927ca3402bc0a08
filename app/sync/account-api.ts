/** The account on its server: devices, password, the end of it. */
import { RectoError } from '#schemas/errors.ts';
import type { AccountDeleted, AccountDeletion, Device, DeviceList, PasswordChange } from '#schemas/generated/types.ts';
import { ROUTES } from '#schemas/http.ts';
import { isFields } from '../domain/merge-values.ts';
import type { Account } from './account.ts';
import { createApiClient } from './http-client.ts';

export interface AccountApi {
  listDevices(): Promise<Device[]>;
  /** @throws RectoError not_found: it is signed out already */
  endDevice(id: string): Promise<void>;
  /** @throws RectoError forbidden (the current password is another), schema_violation (the new one is too short, or guessed first), rate_limited */
  changePassword(change: PasswordChange): Promise<void>;
  /** @returns when everything was gone. @throws RectoError forbidden (the password is another), rate_limited */
  delete(deletion: AccountDeletion): Promise<AccountDeleted>;
}

/** All of it throws RectoError network, unauthenticated, protocol, or the code of the server's problem. @throws RectoError unauthenticated */
export function openAccountApi({ connection, session }: Pick<Account, 'connection' | 'session'>): AccountApi {
  if (!connection || !session) throw new RectoError('unauthenticated', 'Sign in first.');
  const request = createApiClient(connection, session.server);
  const post = (path: string, body: object): Promise<unknown> => request({ method: 'POST', path, body: JSON.stringify(body) });
  return {
    async listDevices() {
      const reply = await request({ method: 'GET', path: ROUTES.listDevices.path });
      return isFields(reply) && Array.isArray(reply['devices']) ? (reply as unknown as DeviceList).devices : [];
    },
    endDevice: async (id) => void (await request({ method: 'DELETE', path: ROUTES.revokeDevice.path.replace(':id', encodeURIComponent(id)) })),
    changePassword: async (change) => void (await post(ROUTES.changePassword.path, change)),
    delete: async (deletion) => (await post(ROUTES.deleteAccount.path, deletion)) as AccountDeleted,
  };
}
