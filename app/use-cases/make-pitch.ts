import { firstValueFrom } from 'rxjs';
import type { PitchKind } from '#processors/contract/pitch.ts';
import { RectoError } from '#schemas/errors.ts';
import { coreOf } from '../app-core.ts';
import { instanceOf } from '../domain/processor-instance.ts';
import { providerChoice } from '../domain/provider-choice.ts';
import type { RectoApp } from '../recto-app.ts';
import { readBook } from '../store/change-book.ts';
import { readChapterTexts } from '../store/chapter-hashes.ts';
import { PITCH_BUILDER } from '../store/device-processors.ts';
import { settlePitch } from '../store/pitch-head.ts';

export interface PitchRequest {
  bookId: string;
  /** All parts where it is absent; the others are carried on as they are. */
  parts?: readonly PitchKind[];
  /** Also make what is fresh anew; never what the author wrote. */
  again?: boolean;
}

/**
 * Saves what is unsaved and asks for the book's pitch, or for what of it is stale. The job goes on after a restart, and its
 * result shows by itself.
 * @returns the job's id
 * @throws RectoError not_found, input_invalid (nothing is written yet), storage_full, storage_failed
 */
export async function makePitch(app: RectoApp, { bookId, parts, again = false }: PitchRequest): Promise<string> {
  const library = await coreOf(app).library();
  await library.drafts.flush();
  const book = await readBook(library, bookId);
  const texts = await readChapterTexts(library, book.data);
  if (texts.every(({ hash }) => hash === null)) throw new RectoError('input_invalid', 'There is nothing to make a pitch from yet. Write a chapter first.');
  const head = await settlePitch(library.blobs, bookId, app.platform.clock.now());
  const { ai, processors } = await firstValueFrom(app.settings$);
  const { runAt, config: own } = instanceOf(processors, PITCH_BUILDER);
  const { language } = book.data;
  const config = {
    ...own,
    // A server has a provider of its own.
    ...(runAt === 'device' && { ai: providerChoice(ai) }),
    // With their versions: a draft that has changed in place makes another job.
    sources: texts.map(({ chapter_id, blob_id, blob_version }) => ({ chapter_id, blob_id, blob_version })),
    seed: again ? (head?.version ?? 0) + seedOf(head?.id ?? '') : 0,
    ...(language && { language }),
    ...(head && { based_on: head.id, based_on_version: head.version }),
    ...(parts && { parts: [...parts] }),
    ...(again && { again: true }),
  };
  return library.jobs.enqueue({ processorId: PITCH_BUILDER, blobId: book.id, blobVersion: book.version, config });
}

/** Another one for each pitch that is gone on from. */
function seedOf(id: string): number {
  return [...id].reduce((sum, char) => (sum * 31 + char.charCodeAt(0)) % 65_521, 7);
}
