import { firstValueFrom } from 'rxjs';
import { isBlobOf } from '#schemas/blob.ts';
import { RectoError } from '#schemas/errors.ts';
import type { BookV1 } from '#schemas/generated/types.ts';
import { coreOf } from '../app-core.ts';
import { mergeBook } from '../domain/merge-book.ts';
import type { RectoApp } from '../recto-app.ts';
import { changeBook, readBook } from '../store/change-book.ts';
import { readKept } from '../store/history/read-kept.ts';
import type { Library } from '../store/library.ts';
import { SETTLED, snapshotIds } from '../sync/conflicts.ts';
import type { ConflictView } from '../sync/sync-types.ts';
import { readConflict } from './read-conflict.ts';
import { restoreVersion } from './restore-version.ts';

/** merged: what stands there now. The others: all of it as that side had it; what it replaces is kept first. */
export type ConflictChoice = 'merged' | 'mine' | 'theirs' | 'base';

type Undo = { undo(): Promise<void> };

/**
 * The author has seen to it: the conflict leaves the list, on every device. Every version stays in the history.
 * @throws RectoError not_found, storage_damaged, storage_full, storage_failed
 */
export async function settleConflict(app: RectoApp, conflictId: string, choice: ConflictChoice = 'merged'): Promise<Undo> {
  const library = await coreOf(app).library();
  const conflict = (await firstValueFrom(app.conflicts$)).find(({ id }) => id === conflictId);
  if (!conflict) return { undo: async () => {} };
  const change = choice === 'merged' ? null : await takeSide(app, library, conflict, choice);
  const ids = snapshotIds(conflict);
  await library.blobs.changeMany(ids, (blob) => (blob.tags.includes(SETTLED) ? null : { ...blob, tags: [...blob.tags, SETTLED] }));
  return {
    async undo() {
      await change?.undo();
      await library.blobs.changeMany(ids, (blob) => ({ ...blob, tags: blob.tags.filter((tag) => tag !== SETTLED) }));
    },
  };
}

async function takeSide(app: RectoApp, library: Library, conflict: ConflictView, side: 'mine' | 'theirs' | 'base'): Promise<Undo> {
  const versionId = { mine: conflict.mineId, theirs: conflict.theirsId, base: conflict.baseId }[side];
  if (versionId === null) throw new RectoError('not_found', 'What both devices started from is not known. Nothing was changed.');
  const { place, of } = await readConflict(app, conflict);
  if (of === 'chapter' && place) return restoreVersion(app, { ...place, versionId });
  const snapshot = await library.blobs.get(versionId);
  const kept = snapshot && (await readKept(library.blobs, snapshot));
  const book = await library.blobs.get(conflict.blobId);
  if (!kept || !book || !isBlobOf(book, 'book-v1')) throw new RectoError('not_found', 'This can’t be put back as one side had it. The merged version holds both, and nothing was changed.');
  return takeTitlePage(library, conflict.blobId, kept as unknown as BookV1);
}

const NAMED = ['title', 'author', 'language', 'style_notes'] as const;

/** What two devices can disagree on in a book. Its chapters and their order stay as they were merged. */
async function takeTitlePage(library: Library, bookId: string, from: BookV1): Promise<Undo> {
  const book = await readBook(library, bookId);
  // Its style notes are the author's words, too.
  await library.history.keep(book, { reason: 'restore' });
  const before = book.data;
  let after = before;
  const put = (page: BookV1) => (book: BookV1): BookV1 => {
    const titles = new Map(page.chapters.map(({ id, title }) => [id, title]));
    const named = Object.fromEntries(NAMED.flatMap((name) => (page[name] === undefined ? [] : [[name, page[name]]])));
    return { ...book, ...named, chapters: book.chapters.map((chapter) => ({ ...chapter, title: titles.get(chapter.id) ?? chapter.title })) };
  };
  await changeBook(library, bookId, (now) => (after = put(from)(now)));
  return { undo: () => changeBook(library, bookId, (now) => mergeBook(after, now, before).book) };
}
