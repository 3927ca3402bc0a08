/**
 * Export everything: a library as a folder that needs no Recto to be read. Where it comes from (a file, a browser's storage) and where it
 * goes (a folder, a zip) is its caller's.
 */
import { isEmptied } from '#processors/contract/emptied.ts';
import { isBlobOf } from '#schemas/blob.ts';
import { RectoError } from '#schemas/errors.ts';
import type { ExportOptions, ExportReport, LibrarySource } from '../contract/library-source.ts';
import { createLibraryIndex, type IndexedBlob, type LibraryIndex } from './library-index.ts';
import { writeBook, writeSnapshot, writeText, type BookParts } from './write-book.ts';

/** Where files go. */
export interface ExportTarget {
  /** @param path inside of it, with slashes. @param isKept it must be on the disk at the end */
  write(path: string, content: string | Uint8Array, isKept: boolean): Promise<void>;
  /** A long file, line by line. */
  openLines(path: string): Promise<{ add(lines: string): Promise<void>; end(): Promise<void> }>;
  /** A free name in a folder of it: no two that differ only in case or in how accents are spelt. */
  freeName(folder: string, name: string, extension?: string): string;
  readonly files: number;
}

export interface WriteOptions extends ExportOptions {
  /** Lets others have their turn; called between two blobs. */
  pause(): Promise<void>;
}

/** @throws RectoError cancelled, and what the source and the target throw */
export async function writeLibrary(source: LibrarySource, target: ExportTarget, options: WriteOptions): Promise<ExportReport> {
  return await new Export(source, target, options).run();
}

class Export {
  readonly #source: LibrarySource;
  readonly #target: ExportTarget;
  readonly #options: WriteOptions;
  readonly #warnings: string[] = [];
  #books = 0;
  #done = 0;
  #total = 0;

  constructor(source: LibrarySource, target: ExportTarget, options: WriteOptions) {
    this.#source = source;
    this.#target = target;
    this.#options = options;
  }

  async run(): Promise<ExportReport> {
    const libraries: string[] = [];
    for (const library of this.#source.libraries) {
      const count = await this.#source.count(library);
      // Each blob counts twice: once as it goes to everything.jsonl, once as it finds its place.
      this.#total += 2 * count;
      if (count > 0) libraries.push(library);
    }
    for (const library of libraries) await this.#exportOne(library, libraries.length === 1 ? '' : `${this.#target.freeName('', nameOf(library))}/`);
    const broken = this.#source.damagedRows;
    if (broken > 0) this.#warnings.push(`${broken === 1 ? 'One text' : `${broken} texts`} in the file can’t be read and ${broken === 1 ? 'is' : 'are'} missing here. A backup may have ${broken === 1 ? 'it' : 'them'}.`);
    await this.#target.write('README.txt', readme(this.#warnings), true);
    return { books: this.#books, files: this.#target.files, warnings: this.#warnings };
  }

  async #exportOne(library: string, place: string): Promise<void> {
    const index = await this.#exportBlobs(library, place);
    const claimed = new Set<string>();
    const parts: BookParts = {
      index,
      target: this.#target,
      read: async (id) => await this.#source.get(library, id),
      claim: async (id) => {
        if (claimed.has(id)) return;
        claimed.add(id);
        await this.#step(1);
      },
      warn: (sentence) => void this.#warnings.push(sentence),
    };
    for (const { id, deleted } of index.books()) {
      const book = await parts.read(id);
      if (!book || !isBlobOf(book, 'book-v1') || isEmptied(book)) continue;
      if (!deleted) this.#books += 1;
      await writeBook(parts, book, deleted ? `${place}trash/` : place);
    }
    for (const row of index.all()) {
      if (!claimed.has(row.id)) await writeRest(parts, row, place);
      await parts.claim(row.id);
    }
  }

  /** Every blob, whole: nothing that the library holds is missing here, whatever has no place in the other folders. */
  async #exportBlobs(library: string, place: string): Promise<LibraryIndex> {
    const index = createLibraryIndex();
    const lines = await this.#target.openLines(`${place}everything.jsonl`);
    for await (const blobs of this.#source.pages(library)) {
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
    await this.#options.pause();
    if (this.#options.signal.aborted) throw new RectoError('cancelled', 'The export was cancelled, and nothing of it was left. Your library is as it was.');
  }
}

/** What belongs to no book that is there: deleted texts, and those that lost theirs. */
async function writeRest(parts: BookParts, row: IndexedBlob, place: string): Promise<void> {
  const parent = row.parent_id === undefined ? undefined : parts.index.get(row.parent_id);
  const isTrash = row.deleted || (row.schemaId === 'snapshot-v1' && (parent?.deleted ?? true));
  const folder = `${place}${isTrash ? 'trash' : 'other texts'}`;
  if (row.schemaId === 'snapshot-v1') await writeSnapshot(parts, row, folder);
  else await writeText(parts, row, folder, row.schemaId === 'expanded-text-v1' ? 'expansion' : 'draft');
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
  images/         its pictures; the Markdown files say where each stands.
history/          what was kept of earlier states, by book and chapter, under its time (UTC).
trash/            what was deleted.
other texts/      texts that belong to no book.
everything.jsonl  all of it once more and whole, as JSON Lines: a line for each blob,
                  deleted ones too ("deleted": true).
${warnings.length > 0 ? `\nWhat is missing:\n${warnings.map((warning) => `- ${warning}\n`).join('')}` : ''}`;
}
