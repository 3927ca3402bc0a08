import { findDataErrors } from '#schemas/blob.ts';
import { RectoError } from '#schemas/errors.ts';
import type { Chapter, MatterItem } from '#schemas/generated/types.ts';

/** `book.json`: what a folder of Markdown needs to be a book. */
export interface BookFile {
  title: string;
  author: string;
  /** BCP 47; empty where the file has none. */
  language: string;
  subtitle: string;
  /** Who submits it, a line each. */
  contact: string;
  /** The path of the picture on its cover, from the folder; empty where it has none. */
  cover: string;
  /** Front and back matter, also what compiles leave out. */
  matter: MatterItem[];
  chapters: BookFileChapter[];
}

export interface BookFileChapter extends Pick<Chapter, 'part' | 'numbered' | 'included' | 'synopsis'> {
  file: string;
  title: string;
}

/**
 * Reads a `book.json`. Fields that it doesn't know are the author's own.
 * @param path what the author knows the file by
 * @throws RectoError import_damaged
 */
export function parseBookFile(text: string, path: string): BookFile {
  let json: unknown;
  try {
    json = JSON.parse(text);
  } catch (error) {
    throw new RectoError('import_damaged', `${path} is not valid JSON: ${error instanceof Error ? error.message : String(error)}. Mend it in a text editor, then try again.`, { cause: error });
  }
  const book = asRecord(json);
  const chapters = book['chapters'];
  if (!Array.isArray(chapters)) throw new RectoError('import_damaged', `${path} has no list “chapters” ([{"file": "001.md", "title": "One"}]).`);
  return {
    title: textOr(book['title'], ''),
    author: textOr(book['author'], ''),
    language: textOr(book['language'], ''),
    subtitle: textOr(book['subtitle'], ''),
    contact: textOr(book['contact'], ''),
    cover: textOr(book['cover'], ''),
    matter: readMatter(book['matter'], path),
    chapters: chapters.map((entry: unknown, index) => {
      const { file, title, part, numbered, included, synopsis } = asRecord(entry);
      if (typeof file !== 'string' || file === '') throw new RectoError('import_damaged', `Chapter ${index + 1} in ${path} names no file.`);
      return { file, title: textOr(title, ''), ...(typeof part === 'string' && { part }), ...(numbered === false && { numbered }), ...(included === false && { included }), ...(typeof synopsis === 'string' && { synopsis }) };
    }),
  };
}

/** @throws RectoError import_damaged */
function readMatter(given: unknown, path: string): MatterItem[] {
  const matter = given ?? [];
  const [error] = findDataErrors('book-v1', { title: '', author: '', chapters: [], matter });
  if (error) throw new RectoError('import_damaged', `The front and back matter in ${path} can’t be read: ${error.path} ${error.message}. Each is {"id": "1", "kind": "dedication", "text": "…"}.`);
  return matter as MatterItem[];
}

/** A path inside a folder, as `book.json` names it: slashes, no `./`, composed letters (macOS stores them apart). */
export function normalizePath(path: string): string {
  return path.replaceAll('\\', '/').replace(/^(?:\.?\/)+/, '').normalize('NFC');
}

function asRecord(value: unknown): Record<string, unknown> {
  return typeof value === 'object' && value !== null ? (value as Record<string, unknown>) : {};
}

function textOr(value: unknown, fallback: string): string {
  return typeof value === 'string' ? value.trim() : fallback;
}
