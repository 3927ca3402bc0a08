import { coreOf } from '../app-core.ts';
import type { RectoApp } from '../recto-app.ts';
import { openAiAccount } from '../sync/ai-account-api.ts';

/** The account's server forgets the author's text provider and its key. @throws RectoError unauthenticated, network */
export async function forgetCloudProvider(app: RectoApp): Promise<void> {
  await openAiAccount(coreOf(app).account).delete();
}
