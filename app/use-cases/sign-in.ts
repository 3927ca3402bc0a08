import { coreOf } from '../app-core.ts';
import type { RectoApp, Session } from '../recto-app.ts';
import type { Credentials } from '../ports.ts';

/**
 * Signs in and opens the account's library. The local one stays as it is: see bring-local-books.ts.
 * @throws RectoError wrong_credentials, rate_limited, network, protocol, malformed (the address)
 */
export async function signIn(app: RectoApp, credentials: Credentials): Promise<Session> {
  const core = coreOf(app);
  // What is unsaved belongs to the library that is open now.
  await app.flush();
  const session = await core.account.signIn(credentials);
  // The account's library opens because the session changed.
  await core.library();
  return session;
}
