/** One book as a folder: what Recto imports again (book.json and numbered Markdown), what grew from it, and its history. */
import { isEmptied } from '#processors/contract/emptied.ts';
import { textOfPart } from '#processors/contract/pitch.ts';
import { keyframeOf, readSnapshot } from '#processors/contract/snapshot-content.ts';
import { isBlobOf, type Blob } from '#schemas/blob.ts';
import { RectoError } from '#schemas/errors.ts';
import type { Chapter, SnapshotV1 } from '#schemas/generated/types.ts';
import { textOf, type IndexedBlob, type LibraryIndex } from './library-index.ts';
import type { ExportTarget } from './write-library.ts';
import { linkPictures, writePictures } from './write-pictures.ts';

export interface BookParts {
  index: LibraryIndex;
  target: ExportTarget;
  read(id: string): Promise<Blob | null>;
  /** Called for each blob that has its place in the folder now. */
  claim(id: string): Promise<void>;
  /** A sentence of what is missing. */
  warn(sentence: string): void;
}

interface BookPlaces {
  /** Of the book's own folder. */
  book: string;
  history: string;
  /** Of its pictures, from there, by their ids. */
  pictures: ReadonlyMap<string, string>;
}

/**
 * A book that was deleted has its texts in tombstones: they are all there.
 * @param place where books of its kind go, '' or a folder's name with a slash at its end
 */
export async function writeBook(parts: BookParts, book: Blob & Blob<'book-v1'>, place: string): Promise<void> {
  const { target, index, claim } = parts;
  const name = target.freeName(`${place}books`, book.data.title.trim() || 'Untitled');
  const folder = `${place}books/${name}`;
  const places: BookPlaces = { book: folder, history: `${place}history/${name}`, pictures: await writePictures(parts, book, folder) };
  await claim(book.id);
  const digits = Math.max(3, String(book.data.chapters.length).length);
  const chapters: Record<string, unknown>[] = [];
  for (const [at, chapter] of book.data.chapters.entries()) {
    const stem = `${String(at + 1).padStart(digits, '0')} ${chapter.title}`.trim();
    const file = await writeChapter(parts, chapter, places, stem, book);
    chapters.push({ ...chapter, file });
  }
  const cover = places.pictures.get(book.data.cover_image ?? '');
  await target.write(`${places.book}/book.json`, `${JSON.stringify({ ...book.data, ...(cover !== undefined && { cover }), chapters, id: book.id }, null, 1)}\n`, true);
  for (const child of index.ofParent(book.id)) {
    if (child.deleted && !book.deleted) continue;
    if (child.schemaId === 'snapshot-v1') await writeSnapshot(parts, child, places.history);
  }
  const pitch = index.pitchOf(book.id, book.deleted);
  if (pitch) await writePitch(parts, pitch, places);
}

/** @returns the draft's file, as book.json names it */
async function writeChapter(parts: BookParts, chapter: Chapter, places: BookPlaces, stem: string, book: Blob & Blob<'book-v1'>): Promise<string> {
  const { target, index, read, claim, warn } = parts;
  const file = target.freeName(places.book, stem, 'md');
  const draft = await read(chapter.draft_blob_id);
  const text = draft && textOf(draft);
  if (text === null) warn(`The draft of “${chapter.title || stem}” in “${book.data.title}” is missing from the library, so its file is empty.`);
  await target.write(`${places.book}/${file}`, withLineEnd(linkPictures(text ?? '', places.pictures)), true);
  if (draft) await claim(draft.id);

  const head = index.headOf(chapter.id, book.deleted);
  const grown = head && (await read(head.id));
  const grownText = grown && textOf(grown);
  if (head && grownText !== null) {
    await target.write(`${places.book}/expansions/${file}`, withLineEnd(linkPictures(grownText, places.pictures, '../')), true);
    await claim(head.id);
  }
  const history = `${places.history}/${target.freeName(places.history, stem)}`;
  for (const row of index.ofChapter(chapter.id)) {
    if ((row.deleted && !book.deleted) || row.id === head?.id || row.id === chapter.draft_blob_id) continue;
    if (row.schemaId === 'snapshot-v1') await writeSnapshot(parts, row, history);
    else await writeText(parts, row, history, row.schemaId === 'expanded-text-v1' ? 'expansion' : 'draft');
  }
  return file;
}

/** A text under its time, such as `2026-11-22 18.49.10 expansion.md`. */
export async function writeText({ target, read, claim }: BookParts, row: IndexedBlob, place: string, kind: string): Promise<void> {
  const blob = await read(row.id);
  const text = blob && textOf(blob);
  if (!blob || text === null || isEmptied(blob)) return;
  await target.write(`${place}/${target.freeName(place, `${timeOf(blob.created_at)} ${kind}`, 'md')}`, withLineEnd(text), false);
  await claim(row.id);
}

/** What a snapshot kept: a text as Markdown, all else as JSON. */
export async function writeSnapshot(parts: BookParts, row: IndexedBlob, place: string): Promise<void> {
  const { target, read, claim } = parts;
  const blob = await read(row.id);
  if (!blob || !isBlobOf(blob, 'snapshot-v1') || isEmptied(blob)) return;
  const { reason, name, of_version: version } = blob.data;
  const content = await readContent(parts, blob.data);
  if (content === null) {
    // It is named as missing, once.
    await claim(row.id);
    return;
  }
  const text = content['expanded'] ?? content['content'];
  const title = `${timeOf(blob.created_at)} ${name ?? reason} v${version}`;
  if (typeof text === 'string') await target.write(`${place}/${target.freeName(place, title, 'md')}`, withLineEnd(text), false);
  else await target.write(`${place}/${target.freeName(place, title, 'json')}`, `${JSON.stringify(content, null, 1)}\n`, false);
  await claim(row.id);
}

async function readContent({ read, warn }: BookParts, snapshot: SnapshotV1): Promise<Record<string, unknown> | null> {
  const keyframeId = keyframeOf(snapshot);
  const keyframe = keyframeId === null ? null : await read(keyframeId);
  try {
    return readSnapshot(snapshot, keyframe && isBlobOf(keyframe, 'snapshot-v1') ? keyframe.data : null);
  } catch (thrown) {
    if (!(thrown instanceof RectoError)) throw thrown;
    warn(`A version that was kept as “${snapshot.name ?? snapshot.reason}” has no file of its own here. ${thrown.message}`);
    return null;
  }
}

async function writePitch({ target, read, claim }: BookParts, row: IndexedBlob, { book }: BookPlaces): Promise<void> {
  const blob = await read(row.id);
  if (!blob || !isBlobOf(blob, 'pitch-v1')) return;
  const text = blob.data.parts.map((part) => `# ${part.kind}\n\n${textOfPart(part, blob.data.fields)}\n`).join('\n');
  // Not .md in the book's own folder: an import would take it for a chapter that book.json forgot.
  await target.write(`${book}/${target.freeName(book, 'pitch', 'txt')}`, text, true);
  await claim(row.id);
}

function withLineEnd(text: string): string {
  return text === '' || text.endsWith('\n') ? text : `${text}\n`;
}

/** RFC 3339 as a file name takes it and as it sorts. */
function timeOf(rfc3339: string): string {
  return rfc3339.slice(0, 19).replace('T', ' ').replaceAll(':', '.');
}
