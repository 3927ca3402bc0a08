/** Whatever an author brings, as chapters of Markdown. No word is dropped without a warning, and never half a book. */
import { RectoError } from '#schemas/errors.ts';
import type { ImportedManuscript, ImportInput, ImportOptions } from '../contract/manuscript.ts';
import { decodeText } from './decode-text.ts';
import { separateLines } from './plain-text.ts';
import { readDocx } from './read-docx.ts';
import { readEpub } from './read-epub.ts';
import { readFolder } from './read-folder.ts';
import { readHtml } from './read-html.ts';
import { readRtfFile } from './read-rtf.ts';
import { isScrivenerProject, readScrivener } from './read-scrivener.ts';
import { listZip, readZip } from './read-zip.ts';
import { splitLongChapters } from './split-long-chapters.ts';
import { splitMarkdown } from './split-markdown.ts';

/** What `book-v1` holds. */
const MAX_CHAPTERS = 10_000;

/**
 * Reads a folder (`book.json` + Markdown; also zipped), a Markdown or plain text file, a Scrivener project (its folder, or
 * zipped), a .docx, an RTF, an EPUB or a page of HTML.
 * @throws RectoError import_no_book, import_not_utf8, import_damaged, import_empty, import_unsupported, too_large, cancelled
 */
export async function readManuscript(input: ImportInput, options: ImportOptions): Promise<ImportedManuscript> {
  try {
    const read = input.kind === 'folder' ? readPickedFolder(input, options) : await readFile(input, options);
    const manuscript = splitLongChapters(read);
    if (manuscript.chapters.length > MAX_CHAPTERS) throw new RectoError('too_large', `“${input.name}” has ${manuscript.chapters.length} chapters; a book can have ${MAX_CHAPTERS}. Nothing was imported.`);
    return manuscript;
  } catch (error) {
    throw RectoError.from(error, 'import_damaged', `“${input.name}” can’t be read. Nothing was imported.`);
  }
}

function readPickedFolder({ name, files }: Extract<ImportInput, { kind: 'folder' }>, options: ImportOptions): ImportedManuscript {
  if (!isScrivenerProject(files.map(({ path }) => path))) return readFolder(name, files, options);
  return readScrivener(name.replace(/\.scriv$/i, ''), new Map(files.map(({ path, bytes }) => [path.replaceAll('\\', '/'), bytes])), options);
}

async function readFile({ name, bytes }: Extract<ImportInput, { kind: 'file' }>, options: ImportOptions): Promise<ImportedManuscript> {
  const title = name.replace(/^.*[/\\]/, '').replace(/\.[^.]+$/, '').trim() || 'Untitled';
  const extension = /\.([^.]+)$/.exec(name)?.[1]?.toLowerCase() ?? '';
  if (startsWith(bytes, [0x50, 0x4b, 0x03, 0x04])) return readZipped(bytes, name, title, options);
  if (startsWith(bytes, [0x7b, 0x5c, 0x72, 0x74, 0x66])) return readRtfFile(bytes, name, title, options);
  refuse(name, extension, bytes);
  if (HTML.has(extension)) return readHtml(bytes, name, title, options);
  const text = decodeText(bytes, name);
  if (text.trim() === '') throw new RectoError('import_empty', `“${name}” is empty, so there is nothing to import.`);
  options.onProgress({ done: 0, total: 1, message: name });
  const lines = extension === 'txt' || extension === 'text' ? separateLines(text) : { text, separated: false };
  const manuscript = splitMarkdown(lines.text, title);
  options.onProgress({ done: 1, total: 1, message: name });
  return lines.separated ? { ...manuscript, warnings: [...manuscript.warnings, 'The text has no blank lines, so each line was taken for a paragraph.'] } : manuscript;
}

/** Of a Scrivener project: its binder and its texts, no pictures and no snapshots. */
const SCRIVENER_FILE = /(?:\.scrivx|\/Files\/(?:Data|Docs)\/.*\.(?:rtf|txt|comments))$/i;
const SCRIVENER_LIMITS = { entries: 65_535, bytes: 200_000_000 };

/** Of a folder with book.json: its texts and pictures. */
const FOLDER_FILE = /(?:^|\/)book\.json$|\.(?:md|markdown|txt|png|jpe?g|gif)$/i;
const FOLDER_LIMITS = { entries: 20_000, bytes: 300_000_000 };

/** In it, or in the one folder that it holds. */
function isZippedFolder(names: readonly string[]): boolean {
  return names.some((name) => /^(?:[^/]+\/)?book\.json$/.test(name));
}

/** Word and EPUB are zips; what is in one says what it is, whatever its name. */
function readZipped(bytes: Uint8Array, name: string, title: string, options: ImportOptions): ImportedManuscript | Promise<ImportedManuscript> {
  const names = listZip(bytes, name);
  if (isZippedFolder(names)) return readFolder(title, [...readZip(bytes, (entry) => FOLDER_FILE.test(entry), FOLDER_LIMITS, name)].map(([path, content]) => ({ path, bytes: content })), options);
  if (isScrivenerProject(names)) return readScrivener(title, readZip(bytes, (entry) => SCRIVENER_FILE.test(entry), SCRIVENER_LIMITS, name), options);
  if (names.includes('META-INF/container.xml')) return readEpub(bytes, name, title, options);
  return readDocx(bytes, name, title, options);
}

const HTML = new Set(['html', 'htm', 'xhtml', 'xht']);

/** Kinds of files that are known, and what to do with them. */
function refuse(name: string, extension: string, bytes: Uint8Array): void {
  const unsupported = (what: string): RectoError => new RectoError('import_unsupported', `“${name}” ${what}. Nothing was imported.`);
  if (startsWith(bytes, [0xd0, 0xcf, 0x11, 0xe0])) throw unsupported('is an old .doc file or is protected by a password. Save it as .docx without a password, then import that');
  if (startsWith(bytes, [0x25, 0x50, 0x44, 0x46])) throw unsupported('is a PDF, which holds pages and no text that could be edited. Import the document that it was made from');
  if (extension === 'docx' || extension === 'epub') throw new RectoError('import_damaged', `“${name}” is damaged: it doesn’t start as ${extension === 'docx' ? 'a .docx' : 'an .epub'} does. Nothing was imported. Open it in the program that it comes from, save it again, then import that.`);
  if (!['md', 'markdown', 'mdown', 'txt', 'text', ''].includes(extension) && !HTML.has(extension)) throw unsupported('is of a kind that Recto doesn’t read. It reads .docx, .epub, .html, .rtf, .md and .txt, Scrivener projects (also zipped), and folders with a book.json');
}

function startsWith(bytes: Uint8Array, start: readonly number[]): boolean {
  return start.every((byte, index) => bytes[index] === byte);
}
