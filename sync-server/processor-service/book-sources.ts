import { findHead, type ExpansionLink } from '#processors/contract/find-head.ts';
import type { CompileSource } from '#processors/contract/manuscript.ts';
import { derivedBlobId } from '#processors/orchestrator/ids.ts';
import { isBlobOf, type Blob } from '#schemas/blob.ts';
import type { BookV1 } from '#schemas/generated/types.ts';
import type { Database } from '../db/database.ts';

export const BOOK_COMPILER = 'book-compiler';
/** Those that are given a book, and read its chapters. */
const READ_BOOKS: ReadonlySet<string> = new Set([BOOK_COMPILER, 'pitch-builder']);

export interface BookSources {
  /**
   * The config of what reads a book's chapters, with its sources named: for each chapter that it leaves open, what the book's edition says (the
   * newest expansion, or the draft), in the version that is here now. So the same words ask for the same file, and new
   * ones for another; where that file was deleted, for it once more. The config of any other processor comes back as it is.
   */
  complete(processorId: string, blob: Blob, config: Record<string, unknown>): Promise<Record<string, unknown>>;
}

interface Row extends ExpansionLink {
  version: number;
}

export function createBookSources({ sqlite, exclusive }: Pick<Database, 'sqlite' | 'exclusive'>): BookSources {
  const expansions = sqlite.prepare<[userId: string, chapterId: string], { id: string; version: number; parent_id: string | null; based_on: string | null; created_at: string }>(
    `SELECT id, version, parent_id, created_at, doc ->> '$.data.metadata.based_on' AS based_on FROM blobs
     WHERE user_id = ? AND conversation_id = ? AND schema_id = 'expanded-text-v1' AND deleted = 0`);
  const draft = sqlite.prepare<[userId: string, id: string], number>('SELECT version FROM blobs WHERE user_id = ? AND id = ? AND deleted = 0').pluck();
  const isDeleted = sqlite.prepare<[userId: string, id: string], number>('SELECT 1 FROM blobs WHERE user_id = ? AND id = ? AND deleted = 1').pluck();

  const headOf = (userId: string, chapterId: string): Row | null =>
    findHead(expansions.all(userId, chapterId).map(({ parent_id, based_on, ...row }): Row => ({ ...row, ...(parent_id !== null && { parent_id }), ...(based_on !== null && { based_on }) })));

  const choose = (userId: string, { id: chapter_id, draft_blob_id, edition }: BookV1['chapters'][number]): CompileSource => {
    const head = edition === 'expansion' ? headOf(userId, chapter_id) : null;
    if (head) return { chapter_id, blob_id: head.id, blob_version: head.version, edition: 'expansion' };
    const blob_version = draft.get(userId, draft_blob_id);
    return { chapter_id, blob_id: draft_blob_id, ...(blob_version !== undefined && { blob_version }), edition: 'draft' };
  };

  /** What was deleted keeps its id for good: the same wish after it asks under another. */
  const makeAnew = (processorId: string, book: Blob, config: Record<string, unknown>): Record<string, unknown> => {
    let next = config;
    for (let again = 1; isDeleted.get(book.user_id, derivedBlobId(processorId, book.id, book.version, next)) !== undefined; again++) next = { ...config, again };
    return next;
  };

  return {
    complete: async (processorId, book, config) => {
      if (!READ_BOOKS.has(processorId) || !isBlobOf(book, 'book-v1')) return config;
      const given = Array.isArray(config['sources']) ? (config['sources'] as CompileSource[]) : [];
      const named = new Set(given.map(({ chapter_id }) => chapter_id));
      const open = book.data.chapters.filter(({ id }) => !named.has(id));
      return await exclusive(() => {
        const sources = [...given, ...open.map((chapter) => choose(book.user_id, chapter))];
        return makeAnew(processorId, book, { ...config, ...(sources.length > 0 && { sources }) });
      });
    },
  };
}
