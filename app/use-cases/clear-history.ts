import { coreOf } from '../app-core.ts';
import type { RectoApp } from '../recto-app.ts';

/** Lists no more what ended until now. Nothing of what it made goes. @throws RectoError storage_full, storage_failed */
export async function clearHistory(app: RectoApp): Promise<void> {
  await (await coreOf(app).library()).jobs.clearHistory();
}
