import type { AiAccount } from '#schemas/generated/types.ts';
import { coreOf } from '../app-core.ts';
import type { RectoApp } from '../recto-app.ts';
import { openAiAccount } from '../sync/ai-account-api.ts';

/** The author's text provider on the account's server; null: the server's own writes. @throws RectoError unauthenticated, network */
export async function readCloudProvider(app: RectoApp): Promise<AiAccount | null> {
  return openAiAccount(coreOf(app).account).read();
}
