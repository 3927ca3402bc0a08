import { RectoError } from '#schemas/errors.ts';
import type { ImportedManuscript, ImportOptions, ManuscriptFile } from '../contract/manuscript.ts';
import { normalizePath, parseBookFile } from './book-file.ts';
import { pictureIdOf } from '../contract/pictures.ts';
import { carryPictures } from './carry-pictures.ts';
import { createPictureCollector } from './collect-pictures.ts';
import { decodeText } from './decode-text.ts';

/**
 * A folder with `book.json` and Markdown.
 * @throws RectoError import_no_book, import_damaged, import_empty, import_not_utf8
 */
export function readFolder(name: string, files: readonly ManuscriptFile[], { signal, onProgress }: ImportOptions): ImportedManuscript {
  const byPath = new Map(files.map((file) => [normalizePath(file.path), file.bytes]));
  const bookPath = findBookFile(byPath.keys());
  if (bookPath === undefined) throw noBook(name, byPath);
  const folder = bookPath.slice(0, -'book.json'.length);
  const book = parseBookFile(decodeText(byPath.get(bookPath) ?? new Uint8Array(0), bookPath), bookPath);
  if (book.chapters.length === 0) throw new RectoError('import_empty', `${bookPath} lists no chapters, so there is nothing to import.`);
  const used = new Set<string>();
  const pictures = createPictureCollector();
  /** @param from the folder of the text, with a slash at its end */
  const takePicture = (path: string, from: string): string | null => {
    const place = [from, folder].map((start) => resolvePath(start + path)).find((each) => byPath.has(each)) ?? resolvePath(folder + path);
    return pictures.take(place, byPath.get(place));
  };
  const chapters = book.chapters.map(({ file, ...chapter }, index) => {
    signal.throwIfAborted();
    const path = normalizePath(folder + normalizePath(file));
    const bytes = byPath.get(path);
    if (!bytes) throw new RectoError('import_damaged', `book.json lists “${file}”${chapter.title && ` (${chapter.title})`}, but the folder has no such file. Nothing was imported. Put the file back, or take it out of book.json.`);
    used.add(path);
    onProgress({ done: index + 1, total: book.chapters.length, message: chapter.title || file });
    return { ...chapter, content: carryPictures(decodeText(bytes, file).trim(), (picture) => takePicture(picture, path.slice(0, path.lastIndexOf('/') + 1))) };
  });
  const { title, author, language, subtitle, contact } = book;
  const matter = book.matter.map((item) => ({ ...item, text: carryPictures(item.text, (picture) => takePicture(picture, folder)) }));
  const cover = book.cover === '' ? null : pictureIdOf(takePicture(book.cover, folder) ?? '');
  return { title: title || name, author, language, ...(subtitle && { subtitle }), ...(contact && { contact }), ...(matter.length > 0 && { matter }), ...(cover !== null && { cover }), ...(pictures.pictures.length > 0 && { pictures: pictures.pictures }), chapters, warnings: [...findUnlisted(byPath.keys(), used), ...pictures.describe()] };
}

/** Without `.` and `..`. */
function resolvePath(path: string): string {
  const parts: string[] = [];
  for (const part of normalizePath(path).split('/')) {
    if (part === '..') parts.pop();
    else if (part !== '.' && part !== '') parts.push(part);
  }
  return parts.join('/');
}

/** The one that lies highest: a picked folder's paths may start with its name. */
function findBookFile(paths: Iterable<string>): string | undefined {
  return [...paths].filter((path) => /(?:^|\/)book\.json$/.test(path)).toSorted((a, b) => a.split('/').length - b.split('/').length)[0];
}

function noBook(name: string, files: ReadonlyMap<string, Uint8Array>): RectoError {
  const texts = [...files.keys()].filter((path) => /\.(?:md|markdown|txt|docx)$/i.test(path));
  const next =
    texts.length === 1
      ? `Import the file “${texts[0]}” itself instead.`
      : texts.length > 1
        ? `Its ${texts.length} texts need a book.json beside them that gives their order: {"title": "…", "author": "…", "chapters": [{"file": "${texts.toSorted()[0]}", "title": "…"}]}. Or import one file that holds the whole book.`
        : 'Choose the folder that holds book.json and the chapters, or a single .md, .txt or .docx file.';
  return new RectoError('import_no_book', `The folder “${name}” has no book.json. ${next}`);
}

function findUnlisted(paths: Iterable<string>, used: ReadonlySet<string>): string[] {
  const left = [...paths].filter((path) => /\.(?:md|markdown)$/i.test(path) && !used.has(path)).toSorted();
  if (left.length === 0) return [];
  return [`Not listed in book.json, so not imported: ${left.slice(0, 10).join(', ')}${left.length > 10 ? ` and ${left.length - 10} more` : ''}.`];
}
