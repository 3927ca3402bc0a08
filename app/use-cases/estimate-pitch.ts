import { firstValueFrom } from 'rxjs';
import { isBlobOf } from '#schemas/blob.ts';
import { coreOf } from '../app-core.ts';
import { instanceOf } from '../domain/processor-instance.ts';
import type { ExpansionEstimate } from '../ports.ts';
import type { RectoApp } from '../recto-app.ts';
import { readBook } from '../store/change-book.ts';
import { readChapterTexts, textOf } from '../store/chapter-hashes.ts';
import { PITCH_BUILDER } from '../store/device-processors.ts';
import { readAiSettings } from './read-ai-settings.ts';

export interface PitchEstimate {
  runAt: 'device' | 'cloud';
  provider: string;
  /** Its passages are the chapters that are read. Null: a server's prices are its own, or nobody counts tokens here. */
  usage: ExpansionEstimate | null;
  /** What the month's budget has left, in the currency of the prices; absent: none is set. */
  budgetLeft?: number;
}

/**
 * What a whole pitch of the book would take, by the prices that its author has set: chapters whose summaries are there are not read again. It
 * asks no provider.
 * @throws RectoError not_found, storage_failed
 */
export async function estimatePitch(app: RectoApp, bookId: string): Promise<PitchEstimate> {
  const library = await coreOf(app).library();
  const { processors } = await firstValueFrom(app.settings$);
  const { budget, ...ai } = await readAiSettings(app);
  // Who isn't signed in has this device alone.
  const runAt = coreOf(app).account.session ? instanceOf(processors, PITCH_BUILDER).runAt : 'device';
  const estimate: PitchEstimate = { runAt, provider: ai.provider, usage: null, ...(budget !== undefined && { budgetLeft: budget }) };
  if (runAt === 'cloud' || ai.provider === 'built-in' || !app.platform.estimatePitch) return estimate;
  const { data } = await readBook(library, bookId);
  const written = (await readChapterTexts(library, data)).filter(({ hash }) => hash !== null);
  const blobs = await library.blobs.getMany(written.map(({ blob_id }) => blob_id));
  const read = new Set((await library.blobs.find('schema_id', 'chapter-summary-v1')).flatMap((blob) =>
    isBlobOf(blob, 'chapter-summary-v1') && blob.data.metadata.provider === ai.provider && blob.data.metadata.model === ai.model ? [`${blob.parent_id} ${blob.data.metadata.source_hash}`] : []));
  const chapters = written.flatMap(({ blob_id, hash }) => {
    const blob = blobs.get(blob_id);
    return blob ? [{ text: textOf(blob), isRead: read.has(`${blob_id} ${hash}`) }] : [];
  });
  return { ...estimate, usage: await app.platform.estimatePitch(chapters, ai) };
}
