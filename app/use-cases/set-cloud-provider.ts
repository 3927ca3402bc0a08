import type { AiAccount, AiAccountBody } from '#schemas/generated/types.ts';
import { coreOf } from '../app-core.ts';
import type { RectoApp } from '../recto-app.ts';
import { openAiAccount } from '../sync/ai-account-api.ts';

/**
 * Sets who writes for the author on the account's server. The key goes there alone, is sealed there, and is kept nowhere here.
 * @throws RectoError unauthenticated, network, schema_violation (an address that the server does not take)
 */
export async function setCloudProvider(app: RectoApp, provider: AiAccountBody): Promise<AiAccount> {
  return openAiAccount(coreOf(app).account).set(provider);
}
