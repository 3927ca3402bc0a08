/** A book as the pitch is made from it: which chapters have a text, and each text when it is needed. */
import { isBlobOf, type Blob } from '#schemas/blob.ts';
import { RectoError } from '#schemas/errors.ts';
import type { BookV1, Chapter } from '#schemas/generated/types.ts';
import { countWords } from '../contract/count-words.ts';
import { hashChapterText, type ChapterHashes } from '../contract/pitch.ts';
import type { ProcessorContext } from '../contract/processor.ts';
import type { PitchConfig } from './pitch-config.ts';

export interface ChapterText {
  id: string;
  title: string;
  /** Its place in the book; 1 is the first. */
  number: number;
  blobId: string;
  blobVersion: number;
  hash: string;
  words: number;
  /** Its Markdown, read anew each time: a million words never stand in memory at once. */
  read(): Promise<string>;
}

export interface BookTexts {
  title: string;
  author: string;
  language?: string;
  words: number;
  /** In the book's order, those with words alone. */
  chapters: readonly ChapterText[];
  hashes: ChapterHashes;
}

/** @throws RectoError not_found for a text that is not there; input_invalid for a book without a word, or a source that is no text */
export async function readBookTexts(book: BookV1, config: PitchConfig, context: ProcessorContext): Promise<BookTexts> {
  const chapters: ChapterText[] = [];
  for (const [index, chapter] of book.chapters.entries()) {
    context.signal.throwIfAborted();
    const text = await readChapterText(chapter, index + 1, config.sources.get(chapter.id) ?? chapter.draft_blob_id, context);
    if (text) chapters.push(text);
  }
  if (chapters.length === 0) throw new RectoError('input_invalid', 'There is nothing to make a pitch from yet. Write a chapter first.');
  return {
    title: book.title,
    author: book.author,
    ...(config.language && { language: config.language }),
    words: chapters.reduce((sum, chapter) => sum + chapter.words, 0),
    chapters,
    hashes: new Map(chapters.map((chapter) => [chapter.id, chapter.hash])),
  };
}

async function readChapterText({ id, title }: Chapter, number: number, blobId: string, context: ProcessorContext): Promise<ChapterText | null> {
  const read = async (): Promise<Blob> => {
    const blob = await context.readBlob(blobId);
    if (blob && !blob.deleted) return blob;
    throw new RectoError('not_found', `The text of chapter ${number} is not here yet. It comes with the next sync; make the pitch then.`);
  };
  const blob = await read();
  const text = textOfBlob(blob, number);
  const hash = hashChapterText(text);
  if (hash === null) return null;
  return { id, title, number, blobId, blobVersion: blob.version, hash, words: countWords(text), read: async () => textOfBlob(await read(), number) };
}

function textOfBlob(blob: Blob, number: number): string {
  if (isBlobOf(blob, 'expanded-text-v1')) return blob.data.expanded;
  if (isBlobOf(blob, 'text-input-v2') || isBlobOf(blob, 'text-input-v1')) return blob.data.content;
  throw new RectoError('input_invalid', `Chapter ${number} points to a blob of “${blob.schema_id}”, which holds no text of a chapter.`);
}
