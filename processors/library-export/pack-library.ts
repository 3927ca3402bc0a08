import { ZipWriter } from '../book-compiler/zip.ts';
import type { ExportReport, LibrarySource } from '../contract/library-source.ts';
import { createFreeNames } from './free-names.ts';
import { writeLibrary, type ExportTarget, type WriteOptions } from './write-library.ts';

export interface PackedLibrary {
  /** A zip. */
  bytes: Uint8Array;
  report: ExportReport;
}

/** A zip counts its files in 16 bits (PKWARE APPNOTE 4.4.22); what is kept for certain has room beside what is not. */
const MOST_FILES = 60_000;

/**
 * A library as a zip of plain files. Past 60,000 of them, earlier states have no file of their own; everything.jsonl has them.
 * @throws RectoError cancelled, and what the source throws
 */
export async function packLibrary(source: LibrarySource, options: WriteOptions): Promise<PackedLibrary> {
  const zip = new ZipWriter();
  const target = createZipTarget(zip);
  const report = await writeLibrary(source, target, options);
  return { bytes: zip.finish(), report };
}

function createZipTarget(zip: ZipWriter): ExportTarget {
  let files = 0;
  return {
    get files() {
      return files;
    },
    freeName: createFreeNames(),
    async write(path, content, isKept) {
      if (!isKept && files >= MOST_FILES) return;
      if (typeof content === 'string') zip.add(path, content);
      else zip.store(path, content);
      files += 1;
    },
    async openLines(path) {
      const entry = zip.open(path);
      files += 1;
      return { add: async (lines) => entry.write(lines), end: async () => entry.end() };
    },
  };
}
