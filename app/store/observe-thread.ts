import { defer, distinctUntilChanged, filter, from, startWith, switchMap, tap, debounceTime, type Observable } from 'rxjs';
import { countWords } from '#processors/contract/count-words.ts';
import { isBlobOf, USER_INPUT, type Blob } from '#schemas/blob.ts';
import type { ThreadItem } from '../recto-app.ts';
import type { Library } from './library.ts';
import { countKeptWords } from './history/read-kept.ts';
import { findHeadId } from './observe-expansion.ts';

/** Saves of a draft come every two seconds while its author types. */
const SETTLES_MS = 150;

/**
 * A chapter's conversation in the order of its making: drafts, snapshots, instructions, and what was derived. The draft
 * stands last of those of its time: it is what is written now.
 */
export function observeThread(library: Library, bookId: string, chapterId: string): Observable<ThreadItem[]> {
  return defer(() => followThread(library, bookId, chapterId));
}

function followThread(library: Library, bookId: string, chapterId: string): Observable<ThreadItem[]> {
  // Texts are read and counted once: a thread can hold a thousand, and the draft is saved every two seconds.
  let known: Map<string, Blob | Counted> | null = null;
  const missed: Blob[] = [];
  const note = (blobs: readonly Blob[]): void => {
    for (const blob of blobs) {
      if (!known) missed.push(blob);
      else if (blob.deleted) known.delete(blob.id);
      else if (isOfThread(blob)) known.set(blob.id, blob);
    }
  };
  const read = async (): Promise<ThreadItem[]> => {
    if (!known) {
      const found = await library.blobs.find('conversation_id', chapterId);
      known ??= new Map(found.filter(isOfThread).map((blob) => [blob.id, blob]));
      note(missed.splice(0));
    }
    const headId = await findHeadId(library, chapterId);
    for (const [id, one] of known) if (!('item' in one)) known.set(id, { item: toItem(one as Blob) });
    const items = [...known.values()].flatMap((one) => ('item' in one ? [(one as Counted).item] : []));
    return items.map((item) => ({ ...item, isCurrent: item.kind === 'draft' || item.id === headId })).toSorted(byTime);
  };
  return library.blobs.changes$.pipe(
    tap(({ blobs }) => note(blobs.filter((blob) => blob.conversation_id === chapterId))),
    filter(({ blobs }) => blobs.some((blob) => blob.conversation_id === chapterId || blob.id === bookId)),
    debounceTime(SETTLES_MS),
    startWith(undefined),
    switchMap(() => from(read())),
    distinctUntilChanged((a, b) => JSON.stringify(a) === JSON.stringify(b)),
  );
}

/** What was kept by the clock is for the history: a day of writing has dozens. */
function isOfThread(blob: Blob): boolean {
  if (!isBlobOf(blob, 'snapshot-v1')) return true;
  const { reason, name } = blob.data;
  return name !== undefined || (reason !== 'session' && reason !== 'interval');
}

/** What is shown of a blob whose text is no longer needed. */
interface Counted {
  item: ThreadItem;
}

function byTime(a: ThreadItem, b: ThreadItem): number {
  return a.at < b.at ? -1 : a.at > b.at ? 1 : a.id < b.id ? -1 : 1;
}

function toItem(blob: Blob): ThreadItem {
  const common = { id: blob.id, schemaId: blob.schema_id, processorId: blob.processor_id, isCurrent: false };
  if (isBlobOf(blob, 'text-input-v2') || isBlobOf(blob, 'text-input-v1')) return { ...common, kind: 'draft', at: blob.updated_at, words: countWords(blob.data.content) };
  if (isBlobOf(blob, 'snapshot-v1')) {
    const { name, reason } = blob.data;
    return { ...common, kind: 'snapshot', at: blob.created_at, words: countKeptWords(blob.data), text: name ?? reason };
  }
  if (isBlobOf(blob, 'note-v1')) return { ...common, kind: blob.data.kind === 'comment' ? 'note' : 'instruction', at: blob.created_at, words: countWords(blob.data.content), text: blob.data.content };
  if (isBlobOf(blob, 'expanded-text-v1')) {
    const { provider, model } = blob.data.metadata ?? {};
    const by = provider === 'built-in' ? 'built-in' : model && model !== 'none' ? model : provider;
    return { ...common, kind: blob.processor_id === USER_INPUT ? 'edit' : 'expansion', at: blob.created_at, words: countWords(blob.data.expanded), ...(by !== undefined && { by }) };
  }
  return { ...common, kind: 'derived', at: blob.created_at, words: 0 };
}
