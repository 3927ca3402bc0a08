import { debounceTime, defer, distinctUntilChanged, filter, from, startWith, switchMap, tap, type Observable } from 'rxjs';
import { countWords } from '#processors/contract/count-words.ts';
import { isBlobOf, USER_INPUT, type Blob } from '#schemas/blob.ts';
import type { ChapterVersion } from '../../recto-app.ts';
import type { Library } from '../library.ts';
import { findHeadId } from '../observe-expansion.ts';
import { countKeptWords } from './read-kept.ts';

/** Saves of a draft come every two seconds while its author types. */
const SETTLES_MS = 150;

type Entry = Omit<ChapterVersion, 'wordsBefore'>;

/** What a chapter said and says: its draft and expansion as they are, the expansions before it, and every snapshot of them. The newest first. */
export function observeVersions(library: Library, _bookId: string, chapterId: string): Observable<ChapterVersion[]> {
  return defer(() => followVersions(library, chapterId));
}

function followVersions(library: Library, chapterId: string): Observable<ChapterVersion[]> {
  // Each is counted once, and no text is kept: a chapter can have a thousand.
  let known: Map<string, Entry> | null = null;
  const missed: Blob[] = [];
  const note = (blob: Blob): void => {
    if (!known) {
      missed.push(blob);
      return;
    }
    const entry = blob.deleted ? null : toEntry(blob);
    if (entry) known.set(blob.id, entry);
    else known.delete(blob.id);
  };
  const read = async (): Promise<ChapterVersion[]> => {
    if (!known) {
      const found = await library.blobs.find('conversation_id', chapterId);
      known ??= new Map();
      for (const blob of [...found, ...missed.splice(0)]) note(blob);
    }
    const headId = await findHeadId(library, chapterId);
    return inOrder([...known.values()].map((entry) => (entry.id === headId ? { ...entry, reason: 'now', isCurrent: true } : entry)));
  };
  return library.blobs.changes$.pipe(
    tap(({ blobs }) => blobs.filter((blob) => blob.conversation_id === chapterId).forEach(note)),
    filter(({ blobs }) => blobs.some((blob) => blob.conversation_id === chapterId)),
    debounceTime(SETTLES_MS),
    startWith(undefined),
    switchMap(() => from(read())),
    distinctUntilChanged((a, b) => JSON.stringify(a) === JSON.stringify(b)),
  );
}

/** Null: it is no version of the chapter's draft or expansion. */
function toEntry(blob: Blob): Entry | null {
  const common = { id: blob.id, isCurrent: false };
  if (isBlobOf(blob, 'text-input-v2') || isBlobOf(blob, 'text-input-v1')) {
    return { ...common, of: 'draft', at: blob.updated_at, reason: 'now', words: countWords(blob.data.content), isCurrent: true };
  }
  if (isBlobOf(blob, 'expanded-text-v1')) {
    return { ...common, of: 'expansion', at: blob.updated_at, reason: blob.processor_id === USER_INPUT ? 'edited' : 'grown', words: countWords(blob.data.expanded) };
  }
  if (!isBlobOf(blob, 'snapshot-v1')) return null;
  const { of_schema_id: schemaId, reason, name, device } = blob.data;
  const of = schemaId === 'expanded-text-v1' ? 'expansion' : schemaId.startsWith('text-input-v') ? 'draft' : null;
  if (of === null) return null;
  const words = countKeptWords(blob.data);
  return { ...common, of, at: blob.created_at, reason, words, ...(name !== undefined && { name }), ...(device?.name !== undefined && { device: device.name }) };
}

function inOrder(entries: readonly Entry[]): ChapterVersion[] {
  // What it says now stands first, whatever another device's clock said.
  const newestFirst = entries.toSorted((a, b) => Number(b.isCurrent) - Number(a.isCurrent) || compareTimes(b.at, a.at) || (a.id < b.id ? 1 : -1));
  return newestFirst.map((entry, index) => ({ ...entry, wordsBefore: newestFirst.slice(index + 1).find(({ of }) => of === entry.of)?.words ?? null }));
}

function compareTimes(a: string, b: string): number {
  return Date.parse(a) - Date.parse(b);
}
