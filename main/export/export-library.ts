/**
 * Export everything: a library's file as a folder that needs no Recto to be read. It is written under another name
 * and renamed when all of it is there.
 */
import { setImmediate as nextTurn } from 'node:timers/promises';
import { isBlobOf } from '#schemas/blob.ts';
import { RectoError } from '#schemas/errors.ts';
import { exportBook, exportSnapshot, exportText, type BookParts } from './export-book.ts';
import { openExportFolder, type ExportFolder } from './export-folder.ts';
import { createLibraryIndex, type IndexedBlob, type LibraryIndex } from './library-index.ts';
import { openLibraryReader, type LibraryReader } from './library-reader.ts';

export interface ExportRequest {
  /** A library's file, or a backup. */
  from: string;
  /** The folder to make. */
  out: string;
}

export interface ExportOptions {
  signal: AbortSignal;
  onProgress(progress: { done: number; total: number }): void;
}

export interface ExportReport {
  /** Those that are not deleted. */
  books: number;
  files: number;
  /** What is missing, a sentence each; it also stands in README.txt. */
  warnings: string[];
}

/**
 * @throws RectoError file_unreadable, storage_damaged, storage_newer, storage_locked, file_unwritable, storage_full, cancelled:
 * nothing is left at `out` then
 */
export async function exportLibrary({ from, out }: ExportRequest, options: ExportOptions): Promise<ExportReport> {
  const reader = openLibraryReader(from);
  try {
    const folder = await openExportFolder(out);
    try {
      const report = await new Export(reader, folder, options).run();
      await folder.finish();
      return { ...report, files: folder.files };
    } catch (thrown) {
      await folder.discard();
      throw thrown;
    }
  } finally {
    reader.close();
  }
}

class Export {
  readonly #reader: LibraryReader;
  readonly #folder: ExportFolder;
  readonly #options: ExportOptions;
  readonly #warnings: string[] = [];
  #books = 0;
  #done = 0;
  #total = 0;

  constructor(reader: LibraryReader, folder: ExportFolder, options: ExportOptions) {
    this.#reader = reader;
    this.#folder = folder;
    this.#options = options;
  }

  async run(): Promise<ExportReport> {
    const libraries = this.#reader.libraries.filter((library) => this.#reader.count(library) > 0);
    // Each blob counts twice: once as it goes to everything.jsonl, once as it finds its place.
    this.#total = 2 * libraries.reduce((sum, library) => sum + this.#reader.count(library), 0);
    for (const library of libraries) await this.#exportOne(library, libraries.length === 1 ? '' : `${this.#folder.freeName('', nameOf(library))}/`);
    const broken = this.#reader.damagedRows;
    if (broken > 0) this.#warnings.push(`${broken === 1 ? 'One text' : `${broken} texts`} in the file can’t be read and ${broken === 1 ? 'is' : 'are'} missing here. A backup may have ${broken === 1 ? 'it' : 'them'}.`);
    await this.#folder.write('README.txt', readme(this.#warnings), true);
    return { books: this.#books, files: this.#folder.files, warnings: this.#warnings };
  }

  async #exportOne(library: string, place: string): Promise<void> {
    const index = await this.#exportBlobs(library, place);
    const claimed = new Set<string>();
    const parts: BookParts = {
      index,
      folder: this.#folder,
      read: (id) => this.#reader.get(library, id),
      claim: async (id) => {
        if (claimed.has(id)) return;
        claimed.add(id);
        await this.#step(1);
      },
      warn: (sentence) => void this.#warnings.push(sentence),
    };
    for (const { id, deleted } of index.books()) {
      const book = parts.read(id);
      if (!book || !isBlobOf(book, 'book-v1')) continue;
      if (!deleted) this.#books += 1;
      await exportBook(parts, book, deleted ? `${place}trash/` : place);
    }
    for (const row of index.all()) {
      if (!claimed.has(row.id)) await exportRest(parts, row, place);
      await parts.claim(row.id);
    }
  }

  /** Every blob, whole: nothing that the library holds is missing here, whatever has no place in the other folders. */
  async #exportBlobs(library: string, place: string): Promise<LibraryIndex> {
    const index = createLibraryIndex();
    const lines = await this.#folder.openLines(`${place}everything.jsonl`);
    for (const blobs of this.#reader.pages(library)) {
      await lines.add(blobs.map((blob) => `${JSON.stringify(blob)}\n`).join(''));
      for (const blob of blobs) index.add(blob);
      await this.#step(blobs.length);
    }
    await lines.end();
    return index;
  }

  async #step(blobs: number): Promise<void> {
    this.#done += blobs;
    this.#options.onProgress({ done: Math.min(this.#done, this.#total), total: this.#total });
    // A word from outside, such as that it is cancelled, is heard between two blobs.
    await nextTurn();
    if (this.#options.signal.aborted) throw new RectoError('cancelled', 'The export was cancelled, and nothing of it was left. Your library is as it was.');
  }
}

/** What belongs to no book that is there: deleted texts, and those that lost theirs. */
async function exportRest(parts: BookParts, row: IndexedBlob, place: string): Promise<void> {
  const parent = row.parent_id === undefined ? undefined : parts.index.get(row.parent_id);
  const isTrash = row.deleted || (row.schemaId === 'snapshot-v1' && (parent?.deleted ?? true));
  const folder = `${place}${isTrash ? 'trash' : 'other texts'}`;
  if (row.schemaId === 'snapshot-v1') await exportSnapshot(parts, row, folder);
  else await exportText(parts, row, folder, row.schemaId === 'expanded-text-v1' ? 'expansion' : 'draft');
}

function nameOf(library: string): string {
  return library === 'recto-local' ? 'Without an account' : `Account ${library.replace(/^recto-/, '').slice(0, 8)}`;
}

function readme(warnings: readonly string[]): string {
  return `This is everything that Recto kept of your writing, in files that need no Recto.

books/            a folder for each book: book.json gives its title and the order of its
                  chapters, the numbered Markdown files are their drafts. Recto imports
                  such a folder again (Import, then the book's own folder).
  expansions/     what was grown from a draft, under the draft's name.
history/          what was kept of earlier states, by book and chapter, under its time (UTC).
trash/            what was deleted.
other texts/      texts that belong to no book.
everything.jsonl  all of it once more and whole, as JSON Lines: a line for each blob,
                  deleted ones too ("deleted": true).
${warnings.length > 0 ? `\nWhat is missing:\n${warnings.map((warning) => `- ${warning}\n`).join('')}` : ''}`;
}
