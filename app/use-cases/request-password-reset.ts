import { RectoError } from '#schemas/errors.ts';
import { hostOf } from '#schemas/server-address.ts';
import type { RectoApp } from '../recto-app.ts';

/**
 * Has the server mail a link that sets a new password, if it has an account of this email: it never says.
 * @throws RectoError not_found (it sends no mail: whoever runs it gives a link), rate_limited, schema_violation, network, protocol, malformed, cancelled
 */
export async function requestPasswordReset(app: RectoApp, who: { server: string; email: string }): Promise<void> {
  await app.platform.studio.requestReset(who).catch((thrown: unknown) => {
    if (!(thrown instanceof RectoError && thrown.code === 'not_found')) throw thrown;
    throw new RectoError('not_found', `${hostOf(who.server)} sends no mail. Ask whoever runs it for a link that sets a new password.`, { cause: thrown });
  });
}
