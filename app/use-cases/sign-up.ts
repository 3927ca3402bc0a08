import { coreOf } from '../app-core.ts';
import type { RectoApp, Session } from '../recto-app.ts';
import type { Credentials } from '../ports.ts';

/**
 * Makes an account, signs in and opens its library. The local one stays as it is: see bring-local-books.ts.
 * @throws RectoError already_exists, registration_closed, schema_violation, rate_limited, network, protocol, malformed
 */
export async function signUp(app: RectoApp, credentials: Credentials): Promise<Session> {
  const core = coreOf(app);
  await app.flush();
  const session = await core.account.signUp(credentials);
  // The account's library opens because the session changed.
  await core.library();
  return session;
}
