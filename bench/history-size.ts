/**
 * What a year of history takes: an author who writes every day for two hours, some 1,000 new words and as many that go,
 * in a book of 563,000 words, by a clock that is wound. The app, its packing and its thinning are the real ones. All
 * that history left behind is counted, the tombstones of what has thinned out included, as it is sent and as it lies in
 * the author's file; beside it the book's own text.
 */
import { mkdtempSync, readdirSync, readFileSync, rmSync, statSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { readKept } from '#app/store/history/read-kept.ts';
import { writeForDays } from '#app/test-support/write-for-days.ts';
import { openLibraryFile } from '#main/mirror/library-file.ts';
import type { Blob } from '#schemas/blob.ts';
import type { Figure } from './figures.ts';
import { manuscripts } from './in-browser.ts';

const DAYS = 365;
const SEED = 1;
const LIMIT = 5;

function readChapters(): string[] {
  const folder = join(manuscripts, 'war-and-peace');
  return readdirSync(folder).filter((name) => name.endsWith('.md')).toSorted().map((name) => readFileSync(join(folder, name), 'utf8'));
}

const bytesOf = (texts: readonly string[]): number => texts.reduce((sum, text) => sum + Buffer.byteLength(text), 0);

/** Bytes of a library file that holds these and nothing else. */
function measureFile(blobs: readonly Blob[]): number {
  const folder = mkdtempSync(join(tmpdir(), 'recto-bench-'));
  try {
    const file = openLibraryFile(join(folder, 'history.db'));
    const { store } = file.open({ database: 'recto-local', collection: 'blobs', schemaVersion: 0 });
    const rows = blobs.map((blob, index) => ({ id: blob.id, lwt: index + 1, rev: '1-bench', deleted: blob.deleted, body: JSON.stringify(blob) }));
    for (let at = 0; at < rows.length; at += 500) file.write(store, rows.slice(at, at + 500));
    file.close();
    return statSync(join(folder, 'history.db')).size;
  } finally {
    rmSync(folder, { recursive: true, force: true });
  }
}

export async function run(): Promise<Figure[]> {
  const chapters = readChapters();
  const { app, library, said } = await writeForDays({ chapters, days: DAYS, seed: SEED });
  try {
    const kept = await library.blobs.find('schema_id', 'snapshot-v1', { deleted: true });
    const left = kept.filter(({ deleted }) => !deleted);
    let unlike = 0;
    for (const snapshot of left) if (!said.has(String((await readKept(library.blobs, snapshot))['content']))) unlike += 1;
    const book = bytesOf(chapters);
    const sent = bytesOf(kept.map((blob) => JSON.stringify(blob)));
    const ratio = sent / book;
    const inFile = measureFile(kept) / book;
    const mb = (bytes: number): string => `${(bytes / 1e6).toFixed(1)} MB`;
    return [
      {
        name: 'A year of history of a book of 563,000 words, beside the book’s own text',
        figure: `${ratio.toFixed(2)}× (${mb(sent)} to ${mb(book)}); in the author’s file ${inFile.toFixed(2)}×; ${kept.length} versions were kept, ${left.length} are left, ${left.length - unlike} of them say what was once written`,
        limit: `less than ${LIMIT}×, and every one reads as it was written`,
        ok: ratio < LIMIT && inFile < LIMIT && unlike === 0,
      },
    ];
  } finally {
    await app.close();
  }
}
