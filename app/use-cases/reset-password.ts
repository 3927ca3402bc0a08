import { RectoError } from '#schemas/errors.ts';
import type { RectoApp, Session } from '../recto-app.ts';
import { signIn } from './sign-in.ts';

/**
 * Sets a new password by the token of a link of the server that this page came from, and signs in with it.
 * @throws RectoError link_invalid, schema_violation (the password), rate_limited, network, protocol
 */
export async function resetPassword(app: RectoApp, { token, password }: { token: string; password: string }): Promise<Session> {
  const { homeServer, studio } = app.platform;
  if (homeServer === null || !studio.reset) throw new RectoError('link_invalid', 'Open the link in a browser: it belongs to its server’s own page.');
  const { email } = await studio.reset({ server: homeServer, token, password });
  return await signIn(app, { server: homeServer, email, password });
}
