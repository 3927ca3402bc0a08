/** Asks for a chapter's expansion: what an author's wish, a run over the whole book and a pause in the writing have in common. */
import { sha256 } from '@noble/hashes/sha2.js';
import { utf8ToBytes } from '@noble/hashes/utils.js';
import { RectoError } from '#schemas/errors.ts';
import { instanceOf } from '../domain/processor-instance.ts';
import { providerChoice } from '../domain/provider-choice.ts';
import type { Settings } from '../recto-app.ts';
import { readChapter, type BookBlob } from './change-book.ts';
import { TEXT_EXPANSION } from './device-processors.ts';
import { contentOf } from './draft-content.ts';
import type { Library } from './library.ts';
import { findHeadId } from './observe-expansion.ts';

export interface ExpansionWish {
  bookId: string;
  chapterId: string;
  /** Indexes of the passages as they are shown; all that are not fresh where it is absent. */
  passages?: readonly number[];
  /** Grow fresh passages anew, too. */
  again?: boolean;
  /** An author's wish for this run. */
  instruction?: string;
}

/** What of a library an expansion is asked with. */
export type ExpansionHome = Pick<Library, 'blobs' | 'stats' | 'chapters' | 'jobs'>;

/**
 * Makes the job from what is stored now: the draft's version, the head it goes on from, the details that the book's other
 * chapters have used by now.
 * @returns the job's id
 * @throws RectoError not_found, configuration (it is off), input_invalid (nothing is written yet), storage_full, storage_failed
 */
export async function requestExpansion(library: ExpansionHome, settings: Settings, wish: ExpansionWish): Promise<string> {
  const { runAt, config: own } = instanceOf(settings.processors, TEXT_EXPANSION);
  const { book, chapter } = await readChapter(library, wish.bookId, wish.chapterId);
  const draft = await library.blobs.get(chapter.draft_blob_id);
  if (!draft) throw new RectoError('not_found', 'The draft of this chapter is not on this computer yet. It comes with the next sync.');
  if (contentOf(draft).trim() === '') throw new RectoError('input_invalid', 'This chapter is empty. Write a few lines first, then expand them.');
  const headId = await findHeadId(library, chapter.id);
  // The other chapters' expansions are asked for what they have used.
  await library.stats.caughtUp();
  const { language, style_notes } = book.data;
  const config = {
    ...own,
    // A server has a provider of its own.
    ...(runAt === 'device' && { ai: providerChoice(settings.ai) }),
    seed: seedOf(library, chapter.id, wish.again === true),
    used_details: usedDetails(library, book, chapter.id),
    ...(language && { language }),
    ...(style_notes && { style_notes }),
    ...(headId !== null && { based_on: headId }),
    ...(wish.passages && { only_passages: [...wish.passages] }),
    ...(wish.again === true && { again: true }),
    ...(wish.instruction?.trim() && { instruction: wish.instruction.trim() }),
  };
  return library.jobs.enqueue({ processorId: TEXT_EXPANSION, blobId: draft.id, blobVersion: draft.version, config });
}

/** The same for a chapter each time, so that the same draft grows the same text; another one for 'again'. */
function seedOf(library: ExpansionHome, chapterId: string, again: boolean): number {
  const [a = 0, b = 0, c = 0] = sha256(utf8ToBytes(chapterId));
  const runs = library.stats.inConversation(chapterId).filter((row) => row.schema_id === 'expanded-text-v1').length;
  return a * 65_536 + b * 256 + c + (again ? runs : 0);
}

/** What the other chapters' expansions have taken from the thesaurus, so that the book does not repeat itself. */
function usedDetails(library: ExpansionHome, book: BookBlob, chapterId: string): string[] {
  const others = book.data.chapters.filter(({ id }) => id !== chapterId);
  return [...new Set(others.flatMap(({ id }) => library.chapters.head(id)?.used_details ?? []))].toSorted();
}
