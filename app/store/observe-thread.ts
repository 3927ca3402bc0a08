import { defer, distinctUntilChanged, filter, from, startWith, switchMap, debounceTime, type Observable } from 'rxjs';
import { countWords } from '#processors/contract/count-words.ts';
import { isBlobOf, USER_INPUT, type Blob } from '#schemas/blob.ts';
import type { ThreadItem } from '../recto-app.ts';
import type { Library } from './library.ts';
import { findHeadId } from './observe-expansion.ts';

/** Saves of a draft come every two seconds while its author types. */
const SETTLES_MS = 150;

/**
 * A chapter's conversation in the order of its making: drafts, snapshots, instructions, and what was derived. The draft
 * stands last of those of its time: it is what is written now.
 */
export function observeThread(library: Library, bookId: string, chapterId: string): Observable<ThreadItem[]> {
  return library.blobs.changes$.pipe(
    filter(({ blobs }) => blobs.some((blob) => blob.conversation_id === chapterId || blob.id === bookId)),
    debounceTime(SETTLES_MS),
    startWith(undefined),
    switchMap(() => defer(() => from(readThread(library, chapterId)))),
    distinctUntilChanged((a, b) => JSON.stringify(a) === JSON.stringify(b)),
  );
}

async function readThread(library: Library, chapterId: string): Promise<ThreadItem[]> {
  const [blobs, headId] = await Promise.all([library.blobs.find('conversation_id', chapterId), findHeadId(library, chapterId)]);
  return blobs.map((blob) => toItem(blob, headId)).toSorted((a, b) => (a.at < b.at ? -1 : a.at > b.at ? 1 : a.id < b.id ? -1 : 1));
}

function toItem(blob: Blob, headId: string | null): ThreadItem {
  const common = { id: blob.id, schemaId: blob.schema_id, processorId: blob.processor_id, isCurrent: blob.id === headId };
  if (isBlobOf(blob, 'text-input-v2') || isBlobOf(blob, 'text-input-v1')) return { ...common, kind: 'draft', at: blob.updated_at, words: countWords(blob.data.content), isCurrent: true };
  if (isBlobOf(blob, 'snapshot-v1')) {
    const { content, name, reason } = blob.data;
    const text = typeof content['content'] === 'string' ? content['content'] : typeof content['expanded'] === 'string' ? content['expanded'] : '';
    return { ...common, kind: 'snapshot', at: blob.created_at, words: countWords(text), text: name ?? reason };
  }
  if (isBlobOf(blob, 'note-v1')) return { ...common, kind: 'instruction', at: blob.created_at, words: countWords(blob.data.content), text: blob.data.content };
  if (isBlobOf(blob, 'expanded-text-v1')) {
    const { provider, model } = blob.data.metadata ?? {};
    const by = provider === 'built-in' ? 'built-in' : model && model !== 'none' ? model : provider;
    return { ...common, kind: blob.processor_id === USER_INPUT ? 'edit' : 'expansion', at: blob.created_at, words: countWords(blob.data.expanded), ...(by !== undefined && { by }) };
  }
  return { ...common, kind: 'derived', at: blob.created_at, words: 0 };
}
