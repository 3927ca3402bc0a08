/** What the author typed, saved and took out: each word is typed once in the world, so none can hide behind another. */
import type { Blob } from '#schemas/blob.ts';
import type { ActResult } from './commands.ts';
import { wordsOf } from './edit-text.ts';

export interface WordLedger {
  note(device: number, result: ActResult): void;
  saved(device: number): void;
  /** What was typed and not yet saved went with it. */
  killed(device: number): void;
  /** Words that were saved, that nobody took out, and that no chapter of a book has. Each with where it still is. */
  findLost(blobs: Iterable<Blob>): string[];
  readonly safe: number;
}

export function createWordLedger(): WordLedger {
  const typed = new Map<string, number>();
  const safe = new Set<string>();
  const removed = new Set<string>();
  const settle = (device: number, isSafe: boolean): void => {
    for (const [word, writer] of typed) {
      if (writer !== device) continue;
      typed.delete(word);
      if (isSafe) safe.add(word);
    }
  };
  return {
    note: (device, result) => {
      for (const word of result.typed) if (!safe.has(word)) typed.set(word, device);
      for (const word of result.removed) removed.add(word);
      if (result.saved) settle(device, true);
    },
    saved: (device) => settle(device, true),
    killed: (device) => settle(device, false),
    findLost: (blobs) => {
      const all = [...blobs];
      const found = new Set(all.flatMap((blob) => (isInBook(blob, all) ? wordsOf(textOf(blob)) : [])));
      return [...safe].filter((word) => !removed.has(word) && !found.has(word)).map((word) => `${word} ${whereIs(word, all)}`);
    },
    get safe() {
      return safe.size;
    },
  };
}

/** Where its author would look for it: a chapter of a book that is there. */
function isInBook(draft: Blob, all: readonly Blob[]): boolean {
  return !draft.deleted && all.some((book) => book.schema_id === 'book-v1' && !book.deleted && draftsOf(book).includes(draft.id));
}

function draftsOf(book: Blob): string[] {
  const { chapters } = book.data as { chapters: { draft_blob_id: string }[] };
  return chapters.map((chapter) => chapter.draft_blob_id);
}

function textOf(blob: Blob): string {
  return blob.schema_id.startsWith('text-input') ? String(blob.data['content']) : '';
}

function whereIs(word: string, all: readonly Blob[]): string {
  const places = all.filter((blob) => JSON.stringify(blob.data).includes(word));
  if (places.length === 0) return 'is nowhere';
  return `is only in ${places.map((blob) => `${blob.schema_id} ${blob.id}${blob.deleted ? ' (deleted)' : ''} of chapter ${blob.conversation_id ?? 'none'}`).join(', ')}`;
}
