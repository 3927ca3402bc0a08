import type { ExportOptions, ExportReport } from '#processors/contract/library-source.ts';
import { RectoError } from '#schemas/errors.ts';
import { coreOf } from '../app-core.ts';
import type { RectoApp } from '../recto-app.ts';
import { createLibrarySource } from '../store/library-source.ts';

/**
 * Saves what is unsaved and packs the open library: plain files, and every blob whole, earlier states and what was deleted among them.
 * @throws RectoError cancelled, storage_failed, storage_full, unavailable (this home has another way)
 */
export async function exportEverything(app: RectoApp, options: ExportOptions): Promise<{ bytes: Uint8Array; report: ExportReport }> {
  const { packLibrary } = app.platform;
  if (!packLibrary) throw new RectoError('unavailable', 'The desktop app exports its library by its own menu.');
  const library = await coreOf(app).library();
  await library.drafts.flush();
  return await packLibrary(createLibrarySource(library), options);
}
