import { RectoError } from '#schemas/errors.ts';
import { coreOf } from '../app-core.ts';
import type { RectoApp } from '../recto-app.ts';
import type { ConflictView } from '../sync/sync-types.ts';

export interface ConflictSides {
  /** Where both are now, merged; null where that is no chapter of a book that is here. */
  place: { bookId: string; chapterId: string } | null;
  /** What each side had, as text. */
  mine: string;
  theirs: string;
}

/**
 * What each side of a conflict had.
 * @throws RectoError not_found: a snapshot of it is not on this device (any more)
 */
export async function readConflict(app: RectoApp, conflict: Pick<ConflictView, 'blobId' | 'conversationId' | 'mineId' | 'theirsId'>): Promise<ConflictSides> {
  const library = await coreOf(app).library();
  const [now, mine, theirs] = await Promise.all([conflict.blobId, conflict.mineId, conflict.theirsId].map((id) => library.blobs.get(id)));
  if (!mine || !theirs) throw new RectoError('not_found', 'One of the two versions is not on this device yet. The merged text holds both; look again later.');
  const bookId = readField(now?.data, 'metadata', 'book_id');
  return {
    place: typeof bookId === 'string' && conflict.conversationId !== null ? { bookId, chapterId: conflict.conversationId } : null,
    mine: textOf(mine.data['content']),
    theirs: textOf(theirs.data['content']),
  };
}

/** The text of a kept blob's data: a draft's, an expansion's; anything else as it is stored. */
function textOf(kept: unknown): string {
  const text = readField(kept, 'content') ?? readField(kept, 'expanded');
  return typeof text === 'string' ? text : JSON.stringify(kept, null, 2);
}

function readField(value: unknown, ...path: string[]): unknown {
  let at = value;
  for (const name of path) at = typeof at === 'object' && at !== null ? (at as Record<string, unknown>)[name] : undefined;
  return at;
}
