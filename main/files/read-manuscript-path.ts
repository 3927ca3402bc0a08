/** Reads what the author picked, dropped on the program's icon or named when it was started: one file, or a folder. */
import { open, readdir, realpath, stat } from 'node:fs/promises';
import { basename, extname, join, relative, resolve, sep } from 'node:path';
import { RectoError } from '#schemas/errors.ts';
import type { PickedManuscript } from '#schemas/ipc.ts';
import { explainReadTrouble } from './file-trouble.ts';

export interface ManuscriptLimits {
  files: number;
  bytes: number;
  /** Names that are looked at, of any kind: a whole disk that was picked by mistake ends early. */
  names: number;
}

const LIMITS: ManuscriptLimits = { files: 5000, bytes: 200 * 1024 * 1024, names: 100_000 };
export const MANUSCRIPT_EXTENSIONS: readonly string[] = ['docx', 'epub', 'html', 'htm', 'xhtml', 'md', 'markdown', 'rtf', 'txt', 'scriv', 'zip'];
/** book.json, Markdown and plain texts, and the book's own pictures in `images`; of a Scrivener project its binder and its texts, none of their snapshots. */
const IN_FOLDER = /(?:^|\/)book\.json$|(?:^|\/)images\/[^/]+\.(?:png|jpe?g|gif)$|\.(?:md|markdown|txt|scrivx)$|(?:^|\/)Files\/(?:Data|Docs)\/.*\.(?:rtf|comments)$/i;

/**
 * Of a folder: book.json and the Markdown and plain texts in it and below, or a Scrivener project's. Hidden ones are left out, and links lead
 * nowhere outside of it.
 * @throws RectoError file_unreadable, import_unsupported, too_large
 */
export async function readManuscriptPath(path: string, limits: ManuscriptLimits = LIMITS): Promise<PickedManuscript> {
  const whole = resolve(path);
  const name = basename(whole) || whole;
  try {
    const stats = await stat(whole);
    if (stats.isDirectory()) return { kind: 'folder', name, files: await readFolder(whole, name, limits) };
    if (!MANUSCRIPT_EXTENSIONS.includes(extname(name).slice(1).toLowerCase())) throw new RectoError('import_unsupported', `Recto can’t import “${name}”. It takes .docx, .epub, .html, .rtf, .md and .txt files, Scrivener projects (also zipped), and folders with a book.json. Nothing was imported.`);
    return { kind: 'file', name, bytes: await readLimited(whole, limits.bytes, name) };
  } catch (thrown) {
    throw explainReadTrouble(name, thrown);
  }
}

/**
 * Several of them; together they keep to the limits of one.
 * @throws as readManuscriptPath
 */
export async function readManuscriptPaths(paths: readonly string[], limits: ManuscriptLimits = LIMITS): Promise<PickedManuscript[]> {
  const picked: PickedManuscript[] = [];
  let bytes = 0;
  for (const path of paths) {
    const manuscript = await readManuscriptPath(path, limits);
    bytes += manuscript.kind === 'file' ? manuscript.bytes.byteLength : manuscript.files.reduce((sum, file) => sum + file.bytes.byteLength, 0);
    if (bytes > limits.bytes || picked.length === limits.files) throw tooLarge(`${basename(path)} and the others`, bytes > limits.bytes ? sizeWords(limits.bytes) : `${limits.files.toLocaleString('en')} files`);
    picked.push(manuscript);
  }
  return picked;
}

function tooLarge(name: string, limit: string): RectoError {
  return new RectoError('too_large', `“${name}” comes to more than ${limit}, which is more than one import takes. Nothing was imported. Choose the book’s own folder or file, or import it in parts.`);
}

const sizeWords = (bytes: number): string => `${Math.floor(bytes / 1024 / 1024)} MB`;

/** Only a regular file: a pipe or a device would never end. */
async function readLimited(path: string, limit: number, whole: string): Promise<Uint8Array> {
  if (!(await stat(path)).isFile()) throw new RectoError('import_unsupported', `“${basename(path)}” is not an ordinary file, so it can’t be imported. Nothing was imported.`);
  const file = await open(path, 'r');
  try {
    const { size } = await file.stat();
    if (size > limit) throw tooLarge(whole, sizeWords(limit));
    const bytes = await file.readFile();
    if (bytes.byteLength > limit) throw tooLarge(whole, sizeWords(limit));
    return new Uint8Array(bytes.buffer, bytes.byteOffset, bytes.byteLength);
  } finally {
    await file.close();
  }
}

async function readFolder(folder: string, name: string, limits: ManuscriptLimits): Promise<{ path: string; bytes: Uint8Array }[]> {
  const paths = await findTexts(folder, name, limits);
  const files: { path: string; bytes: Uint8Array }[] = [];
  let left = limits.bytes;
  for (const path of paths) {
    const bytes = await readLimited(path, left, name).catch((thrown: unknown) => {
      if (thrown instanceof RectoError && thrown.code === 'too_large') throw tooLarge(name, sizeWords(limits.bytes));
      throw explainReadTrouble(relative(folder, path), thrown);
    });
    left -= bytes.byteLength;
    files.push({ path: relative(folder, path).split(sep).join('/'), bytes });
  }
  return files;
}

/** @returns the texts' paths, in one order on every system */
async function findTexts(folder: string, name: string, limits: ManuscriptLimits): Promise<string[]> {
  const root = await realpath(folder);
  const found: string[] = [];
  const folders = [folder];
  let seen = 0;
  for (let current = folders.pop(); current !== undefined; current = folders.pop()) {
    const entries = await readdir(current, { withFileTypes: true });
    seen += entries.length;
    if (seen > limits.names) throw tooLarge(name, `${limits.names.toLocaleString('en')} files`);
    for (const entry of entries) {
      if (entry.name.startsWith('.')) continue;
      const path = join(current, entry.name);
      if (entry.isDirectory()) folders.push(path);
      else if (IN_FOLDER.test(relative(folder, path).split(sep).join('/')) && (entry.isFile() || (entry.isSymbolicLink() && (await isInside(root, path))))) found.push(path);
      if (found.length > limits.files) throw tooLarge(name, `${limits.files.toLocaleString('en')} texts`);
    }
  }
  return found.toSorted();
}

/** Whether a link leads to a file of the same folder; one that leads nowhere does not. */
async function isInside(root: string, path: string): Promise<boolean> {
  const target = await realpath(path).catch(() => null);
  return target !== null && target.startsWith(root.endsWith(sep) ? root : root + sep) && (await stat(target)).isFile();
}
