import { RectoError } from '#schemas/errors.ts';

/** What one import takes: ten times the files of a long series, and more text than anyone has written. */
const MOST_FILES = 5_000;
const MOST_BYTES = 200_000_000;
/** A folder's other files are only walked past; but nobody's book lies in a whole disk. */
const MOST_SEEN = 100_000;

/** What the import reads, and nothing else of a folder: a photo beside a manuscript is not loaded, but where a book's own are. */
const MANUSCRIPT_FILE = /(^|\/)book\.json$|(^|\/)images\/[^/]+\.(png|jpe?g|gif)$|\.(md|markdown|txt|scrivx)$|(^|\/)Files\/(Data|Docs)\/.*\.(rtf|comments)$/i;

export function isManuscriptFile(path: string): boolean {
  return MANUSCRIPT_FILE.test(path) && !path.split('/').some((part) => part.startsWith('.'));
}

export interface ManuscriptTally {
  /** A file that will be read. @throws RectoError too_large */
  take(sizeBytes: number): void;
  /** A file or folder that was walked past. @throws RectoError too_large */
  see(): void;
}

/** Counts what is about to be imported, so that too much of it ends before anything is loaded. */
export function createTally(): ManuscriptTally {
  let files = 0;
  let bytes = 0;
  let seen = 0;
  return {
    take(sizeBytes) {
      files += 1;
      bytes += sizeBytes;
      if (files > MOST_FILES) throw tooLarge('more than 5,000 manuscript files');
      if (bytes > MOST_BYTES) throw tooLarge('more than 200 MB');
    },
    see() {
      seen += 1;
      if (seen > MOST_SEEN) throw tooLarge('more than 100,000 files and folders');
    },
  };
}

function tooLarge(what: string): RectoError {
  return new RectoError('too_large', `This is ${what}, too much to import at once. Nothing was loaded, and your library is as it was. Take the folder of one book.`);
}
