import { coreOf } from '../app-core.ts';
import type { RectoApp, Settings } from '../recto-app.ts';

/** @throws RectoError storage_full, storage_failed */
export async function updateSettings(app: RectoApp, patch: Partial<Settings>): Promise<void> {
  await coreOf(app).changeSettings(patch);
}
