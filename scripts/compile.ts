/**
 * Compiles a folder (`book.json` and its Markdown files), or a book of a library's file or a backup, to one manuscript file,
 * with no window:
 *   npm run compile -- <folder> --format epub --out <file>
 *   npm run compile -- --from library.recto --book <title> --out <file>
 */
import { open, readFile, rename, rm } from 'node:fs/promises';
import { join, relative, resolve, sep } from 'node:path';
import { parseArgs } from 'node:util';
import { RectoError } from '#schemas/errors.ts';
import { compileManuscript, type CompiledManuscript, type CompileOptions } from '#processors/book-compiler/compile-manuscript.ts';
import { parseBookFile, type BookFile } from '#processors/book-import/book-file.ts';
import { decodeText } from '#processors/book-import/decode-text.ts';
import { COMPILE_FORMATS } from '#processors/contract/layout-options.ts';
import type { CompileFormat, Manuscript } from '#processors/contract/manuscript.ts';
import { sayFallbacks, sayOrigin, writeManifest, writeStatement } from '#processors/contract/provenance-statement.ts';
import type { Typesetter } from '#processors/contract/typesetter.ts';
import { createNodeTypesetter } from '#processors/hosts/node/typesetter.ts';
import type { CompileLayout } from '#schemas/generated/types.ts';
import { progressLine, runCommand, UsageError } from './cli.ts';
import { LAYOUT_ARGUMENTS, LAYOUT_USAGE, readLayout } from './layout-arguments.ts';

const USAGE = `Usage: npm run compile -- <folder> --out <file> [--format <format>]
       npm run compile -- --from <file> [--book <title>] --out <file> [--format <format>]
       with any of --style, --numbers, --headings, --scene-break …

  <folder>   has book.json and the Markdown files that it names
  --from     library.recto, or a backup of it
  --book     the book's title or id, where the file has several
  --out      the file to write; its extension tells the format when --format doesn't
  --format   markdown, html, text, epub, docx, pdf, or markdown-folder (a zip: book.json, a file a chapter, images/)
  --manifest where to say from what it was made and whose words they are: .json has all of it, .txt a statement for shops

${LAYOUT_USAGE}`;

const EXTENSIONS: Record<string, CompileFormat> = { md: 'markdown', markdown: 'markdown', html: 'html', htm: 'html', txt: 'text', text: 'text', epub: 'epub', docx: 'docx', pdf: 'pdf', zip: 'markdown-folder' };

type Source = { kind: 'folder'; folder: string } | { kind: 'library'; file: string; book: string | undefined };

interface Wish {
  source: Source;
  format: CompileFormat;
  layout: CompileLayout;
  out: string;
  manifest: string | undefined;
}

function readArguments(args: string[]): Wish {
  let parsed;
  try {
    parsed = parseArgs({ args, allowPositionals: true, allowNegative: true, options: { ...LAYOUT_ARGUMENTS, format: { type: 'string' }, out: { type: 'string', short: 'o' }, from: { type: 'string' }, book: { type: 'string' }, manifest: { type: 'string' } } });
  } catch (error) {
    throw new UsageError(error instanceof Error ? error.message : String(error), { cause: error });
  }
  const { out, format: wished, manifest } = parsed.values;
  const source = readSource(parsed.positionals, parsed.values);
  if (out === undefined || out === '') throw new UsageError('Where to? Give --out <file>.');
  if (manifest !== undefined && !/\.(?:json|txt)$/i.test(manifest)) throw new UsageError(`--manifest takes a file that ends in .json or .txt, not “${manifest}”.`);
  const extension = /\.([^./\\]+)$/.exec(out)?.[1]?.toLowerCase() ?? '';
  const format = wished === undefined ? EXTENSIONS[extension] : COMPILE_FORMATS.find((known) => known === wished);
  if (!format) throw new UsageError(wished === undefined ? `The extension of “${out}” tells no format. Give --format.` : `There is no format “${wished}”.`);
  return { source, format, layout: readLayout(parsed.values, format), out, manifest };
}

function readSource([folder, ...more]: string[], { from, book }: { from?: string | undefined; book?: string | undefined }): Source {
  if (from !== undefined) {
    if (folder !== undefined) throw new UsageError(`A folder or --from, not both; what is “${folder}”?`);
    if (from === '') throw new UsageError('From which file? Give --from <file>.');
    return { kind: 'library', file: resolve(from), book };
  }
  if (book !== undefined) throw new UsageError('--book goes with --from: a folder is one book.');
  if (folder === undefined) throw new UsageError('Which folder?');
  if (more.length > 0) throw new UsageError(`One folder at a time; what is “${more[0]}”?`);
  return { kind: 'folder', folder: resolve(folder) };
}

async function readBookFile(folder: string): Promise<BookFile> {
  const path = join(folder, 'book.json');
  const bytes = await readFile(path).catch((error: NodeJS.ErrnoException) => {
    const why = error.code === 'ENOENT' || error.code === 'ENOTDIR' ? 'doesn’t exist' : `can’t be read (${error.code ?? error.message})`;
    throw new RectoError('import_no_book', `${path} ${why}. The folder needs a book.json: {"title": "…", "author": "…", "chapters": [{"file": "001.md", "title": "…"}]}.`, { cause: error });
  });
  return parseBookFile(decodeText(bytes, path), path);
}

/** The folder's book, each chapter to be read when its turn comes. */
async function openManuscript(folder: string): Promise<Manuscript> {
  const book = await readBookFile(folder);
  return {
    ...book,
    matter: book.matter.filter(({ included }) => included !== false),
    chapters: book.chapters.filter(({ included }) => included !== false).map((chapter) => ({
      ...chapter,
      id: chapter.file,
      edition: 'draft' as const,
      read: async () => ({ markdown: await readChapterFile(folder, chapter.file) }),
    })),
    readPicture: (address) => readPictureFile(folder, address),
  };
}

async function readChapterFile(folder: string, file: string): Promise<string> {
  const path = resolve(folder, file);
  if (relative(folder, path).split(sep)[0] === '..') throw new RectoError('import_damaged', `book.json names “${file}”, which is outside of the folder.`);
  const bytes = await readFile(path).catch((error: NodeJS.ErrnoException) => {
    throw new RectoError('compile_missing_text', `The chapter “${file}” that book.json names ${error.code === 'ENOENT' ? 'is not in the folder' : `can’t be read (${error.code ?? error.message})`}. No file was made.`, { cause: error });
  });
  return decodeText(bytes, path);
}

/** A file of the folder, as book.json and the texts name it; null where there is none. */
async function readPictureFile(folder: string, address: string): Promise<Uint8Array | null> {
  const path = resolve(folder, decodePath(address));
  if (relative(folder, path).split(sep)[0] === '..') return null;
  return await readFile(path).catch(() => null);
}

function decodePath(address: string): string {
  try {
    return decodeURIComponent(address);
  } catch {
    return address; // a percent sign of its own
  }
}

/** Writes beside the file first: whoever reads it finds the old one or the new one, never half of it. */
async function writeWhole(path: string, bytes: Uint8Array | string, option: '--out' | '--manifest'): Promise<void> {
  const temporary = `${path}.${process.pid}.part`;
  try {
    const file = await open(temporary, 'w');
    try {
      await file.writeFile(bytes);
      await file.sync();
    } finally {
      await file.close();
    }
    await rename(temporary, path);
  } catch (error) {
    await rm(temporary, { force: true }).catch(() => undefined);
    const code = (error as NodeJS.ErrnoException).code;
    const why: Record<string, string> = { ENOENT: 'its folder doesn’t exist', ENOTDIR: 'part of the path is a file', EACCES: 'you may not write there', EPERM: 'you may not write there', EROFS: 'the disk is read-only', EISDIR: 'it is a folder', ENOSPC: 'the disk is full' };
    throw new RectoError('compile_unwritable', `${path} can’t be written: ${why[code ?? ''] ?? code ?? String(error)}. Choose another place with ${option}.`, { cause: error });
  }
}

/** While the pages are set, nothing else is heard in this thread: there Ctrl-C ends the program as it stands, before a file is begun. */
function interruptible(typesetter: Typesetter): Typesetter {
  return {
    async toPdf(job) {
      const listeners = process.listeners('SIGINT');
      process.removeAllListeners('SIGINT');
      try {
        return await typesetter.toPdf(job);
      } finally {
        for (const listener of listeners) process.once('SIGINT', listener);
      }
    },
  };
}

async function compile(wish: Wish, signal: AbortSignal): Promise<CompiledManuscript> {
  const options: CompileOptions = { signal, layout: wish.layout, typesetter: interruptible(createNodeTypesetter()), onProgress: ({ done, total, message = '' }) => progressLine.show(total > 0 ? `${done} chapters: ${message}` : `${message} …`) };
  const { source, format } = wish;
  if (source.kind === 'folder') return compileManuscript(await openManuscript(source.folder), format, options);
  const [{ openLibraryReader }, { openStoredManuscript }] = await Promise.all([import('#main/export/library-reader.ts'), import('#main/export/stored-manuscript.ts')]);
  const reader = openLibraryReader(source.file);
  try {
    return await compileManuscript(openStoredManuscript(reader, source.book), format, options);
  } finally {
    reader.close();
  }
}

await runCommand(USAGE, async (args, signal) => {
  const wish = readArguments(args);
  const compiled = await compile(wish, signal);
  progressLine.clear();
  await writeWhole(resolve(wish.out), compiled.bytes, '--out');
  const { manifest } = compiled;
  if (wish.manifest !== undefined) await writeWhole(resolve(wish.manifest), /\.txt$/i.test(wish.manifest) ? writeStatement(manifest) : writeManifest(manifest), '--manifest');
  for (const replaced of manifest.replaced ?? []) process.stderr.write(`${replaced}\n`);
  process.stderr.write(`${wish.out}: ${manifest.chapters.length} chapters, ${manifest.words_out} words, ${manifest.size_bytes} bytes\n`);
  for (const said of [manifest.origin && sayOrigin(manifest.origin, 'the author'), sayFallbacks(manifest)]) if (said) process.stderr.write(`${said}\n`);
});
