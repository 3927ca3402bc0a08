import { coreOf } from '../app-core.ts';
import type { RectoApp } from '../recto-app.ts';
import { openAccountApi } from '../sync/account-api.ts';

/**
 * Sets a new password for the account. This device stays signed in.
 * @throws RectoError forbidden (the current password is another), schema_violation (the new one is too short, or guessed first), rate_limited, unauthenticated, network
 */
export async function changePassword(app: RectoApp, change: { current: string; next: string; signOutOthers: boolean }): Promise<void> {
  await openAccountApi(coreOf(app).account).changePassword({ current_password: change.current, new_password: change.next, end_other_sessions: change.signOutOthers });
}
