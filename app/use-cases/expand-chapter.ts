import { sha256 } from '@noble/hashes/sha2.js';
import { utf8ToBytes } from '@noble/hashes/utils.js';
import { RectoError } from '#schemas/errors.ts';
import { firstValueFrom } from 'rxjs';
import { coreOf } from '../app-core.ts';
import type { RectoApp } from '../recto-app.ts';
import { readChapter, type BookBlob } from '../store/change-book.ts';
import { TEXT_EXPANSION } from '../store/device-processors.ts';
import { contentOf } from '../store/draft-content.ts';
import type { Library } from '../store/library.ts';
import { findHeadId } from '../store/observe-expansion.ts';

export interface ExpandRequest {
  bookId: string;
  chapterId: string;
  /** Indexes of the passages as they are shown; all that are not fresh where it is absent. */
  passages?: number[];
  /** Grow fresh passages anew, too. */
  again?: boolean;
  /** An author's wish for this run. */
  instruction?: string;
}

/**
 * Saves the draft and asks for its expansion. The job goes on after a restart, and its result shows by itself.
 * @returns the job's id
 * @throws RectoError not_found, input_invalid (nothing is written yet), storage_full, storage_failed
 */
export async function expandChapter(app: RectoApp, request: ExpandRequest): Promise<string> {
  const library = await coreOf(app).library();
  await library.drafts.flush();
  const { book, chapter } = await readChapter(library, request.bookId, request.chapterId);
  const draft = await library.blobs.get(chapter.draft_blob_id);
  if (!draft) throw new RectoError('not_found', 'The draft of this chapter is not on this computer yet. It comes with the next sync.');
  if (contentOf(draft).trim() === '') throw new RectoError('input_invalid', 'This chapter is empty. Write a few lines first, then expand them.');
  const headId = await findHeadId(library, chapter.id);
  const { ai } = await firstValueFrom(app.settings$);
  const { language, style_notes } = book.data;
  const config = {
    ai: { ...ai },
    seed: seedOf(library, chapter.id, request.again === true),
    used_details: usedDetails(library, book, chapter.id),
    ...(language && { language }),
    ...(style_notes && { style_notes }),
    ...(headId !== null && { based_on: headId }),
    ...(request.passages && { only_passages: request.passages }),
    ...(request.again === true && { again: true }),
    ...(request.instruction?.trim() && { instruction: request.instruction.trim() }),
  };
  return library.jobs.enqueue({ processorId: TEXT_EXPANSION, blobId: draft.id, blobVersion: draft.version, config });
}

/** The same for a chapter each time, so that the same draft grows the same text; another one for 'again'. */
function seedOf(library: Library, chapterId: string, again: boolean): number {
  const [a = 0, b = 0, c = 0] = sha256(utf8ToBytes(chapterId));
  const runs = library.stats.inConversation(chapterId).filter((row) => row.schema_id === 'expanded-text-v1').length;
  return a * 65_536 + b * 256 + c + (again ? runs : 0);
}

/** What the other chapters' expansions have taken from the thesaurus, so that the book does not repeat itself. */
function usedDetails(library: Library, book: BookBlob, chapterId: string): string[] {
  const others = book.data.chapters.filter(({ id }) => id !== chapterId);
  return [...new Set(others.flatMap(({ id }) => library.chapters.head(id)?.used_details ?? []))].toSorted();
}
