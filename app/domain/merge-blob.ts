/** Three-way merge of a whole blob: what both devices and the server compute alike. */
import { isEmptied } from '#processors/contract/emptied.ts';
import { USER_INPUT, type Blob } from '#schemas/blob.ts';
import type { BookV1, ExpandedTextV1, PitchV1 } from '#schemas/generated/types.ts';
import { mergeBook } from './merge-book.ts';
import { mergeExpansion } from './merge-expansion.ts';
import { mergePitch } from './merge-pitch.ts';
import { mergeProse } from './merge-prose.ts';
import { canonicalJson, isFields, isSame, mergeFields, type Fields } from './merge-values.ts';
import { WRITTEN_ON } from './written-on.ts';

export interface MergedBlob {
  blob: Blob;
  /** Places where both sides changed the same thing: the caller keeps `mine` and `theirs` apart before it stores the merge. */
  conflicts: number;
}

/** Owned by the server or by no one's edit: never compared, never merged. */
const SERVER_FIELDS = ['user_id', 'derived_ids', 'processing_state'] as const;
const WRITER_FIELDS = ['id', 'data', 'tags', 'version', 'created_at', 'updated_at', 'deleted', WRITTEN_ON, ...SERVER_FIELDS] as const;

/** Schemas whose data is a text under `content`. */
const TEXTS: readonly string[] = ['text-input-v1', 'text-input-v2', 'note-v1'];

/**
 * @param base the state that both started from; null where it is not known
 * @returns the same blob when `mine` and `theirs` change places, so that a repeated or crossed merge ends
 */
export function mergeBlob(base: Blob | null, mine: Blob, theirs: Blob): MergedBlob {
  if (isSameBlob(mine, theirs)) return { blob: theirs, conflicts: 0 };
  const content = mergeContent(base, mine, theirs);
  for (const [side, other] of [
    [theirs, mine],
    [mine, theirs],
  ] as const) {
    // One side has it all: it stands as it is, and needs no further write.
    if (side.version >= other.version && isSameContent(content.blob, side)) return { blob: side, conflicts: content.conflicts };
  }
  return {
    blob: {
      ...content.blob,
      version: Math.max(mine.version, theirs.version) + 1,
      created_at: earlier(mine.created_at, theirs.created_at),
      updated_at: later(mine.updated_at, theirs.updated_at),
    },
    conflicts: content.conflicts,
  };
}

/** Equal in all that a writer owns. */
export function isSameBlob(a: Blob, b: Blob): boolean {
  return a === b || (a.version === b.version && a.updated_at === b.updated_at && a.deleted === b.deleted && a.created_at === b.created_at && isSameContent(a, b));
}

function isSameContent(a: Blob, b: Blob): boolean {
  return a.deleted === b.deleted && isSame(contentOf(a), contentOf(b));
}

/** All that a writer says: without versions and times, without what the server adds. */
export function contentOf(blob: Blob): Fields {
  const { version: _version, created_at: _created, updated_at: _updated, user_id: _user, derived_ids: _derived, processing_state: _state, [WRITTEN_ON]: _device, ...content } = blob;
  return content;
}

function mergeContent(base: Blob | null, mine: Blob, theirs: Blob): MergedBlob {
  if (mine.deleted !== theirs.deleted) return { blob: keepEdit(base, mine, theirs), conflicts: 0 };
  if (mine.deleted && isEmptied(mine) !== isEmptied(theirs)) return { blob: keepWords(base, mine, theirs), conflicts: 0 };
  if (mine.deleted || mine.processor_id !== USER_INPUT || theirs.processor_id !== USER_INPUT) return { blob: newest(mine, theirs), conflicts: 0 };
  if (isSame(mine.data, theirs.data) && mine.schema_id === theirs.schema_id) return withFields(base, mine, theirs, mine.data, mine.schema_id, 0);
  if (mine.schema_id !== theirs.schema_id && !(TEXTS.includes(mine.schema_id) && TEXTS.includes(theirs.schema_id))) {
    return { blob: newest(mine, theirs), conflicts: 1 };
  }
  const known = base && !base.deleted ? base : null;
  const merged = mergeData(known?.data ?? null, mine, theirs);
  const schemaId = mine.schema_id > theirs.schema_id ? mine.schema_id : theirs.schema_id;
  return withFields(known, mine, theirs, merged.data, schemaId, merged.conflicts);
}

/** One side deleted it: an edit beats a delete, a delete beats what nobody changed. */
function keepEdit(base: Blob | null, mine: Blob, theirs: Blob): Blob {
  const [living, deleted] = mine.deleted ? [theirs, mine] : [mine, theirs];
  if (base && !base.deleted && isSameContent(base, living)) return deleted;
  if (!base || ![base, mine, theirs].every((blob) => blob.schema_id === 'book-v1' && !isEmptied(blob))) return living;
  // A book that lives has all its chapters, also those of which only the side that deleted it knew: someone may write in them.
  return { ...living, data: mergeData(base.data, mine, theirs).data };
}

/** Both deleted it, and of one side the words are gone for good: the other's stay where it was deleted anew, and go in their own time. */
function keepWords(base: Blob | null, mine: Blob, theirs: Blob): Blob {
  const [empty, full] = isEmptied(mine) ? [mine, theirs] : [theirs, mine];
  return base && isSameContent(base, full) ? empty : full;
}

/** For what is never merged: the higher version, the later, and then the greater in the order of canonical JSON. */
function newest(mine: Blob, theirs: Blob): Blob {
  if (mine.version !== theirs.version) return mine.version > theirs.version ? mine : theirs;
  if (mine.updated_at !== theirs.updated_at) return Date.parse(mine.updated_at) > Date.parse(theirs.updated_at) ? mine : theirs;
  return canonicalJson(contentOf(mine)) > canonicalJson(contentOf(theirs)) ? mine : theirs;
}

function mergeData(base: Fields | null, mine: Blob, theirs: Blob): { data: Fields; conflicts: number } {
  const schemaId = mine.schema_id;
  if (TEXTS.includes(schemaId)) return mergeText(base ?? {}, mine.data, theirs.data);
  if (schemaId === 'book-v1') {
    const merged = mergeBook(asBook(base ?? {}), asBook(mine.data), asBook(theirs.data));
    return { data: merged.book, conflicts: merged.conflicts };
  }
  if (schemaId === 'expanded-text-v1') {
    const merged = mergeExpansion(base as ExpandedTextV1 | null, mine.data as ExpandedTextV1, theirs.data as ExpandedTextV1);
    return { data: merged.expansion, conflicts: merged.conflicts };
  }
  const merged = mergeFields(base ?? {}, mine.data, theirs.data);
  // What it keeps is the same on either side, and its name and reason are no text of the author's.
  if (schemaId === 'snapshot-v1') return { data: merged.value, conflicts: 0 };
  if (schemaId === 'pitch-v1' && isPitch(mine.data) && isPitch(theirs.data)) {
    // One of the two is the ground: the same one on either side.
    const [ground, other] = canonicalJson(mine.data) < canonicalJson(theirs.data) ? [mine.data, theirs.data] : [theirs.data, mine.data];
    return { data: { ...merged.value, ...mergePitch(base && isPitch(base) ? base : null, ground, other, true) }, conflicts: 0 };
  }
  return { data: merged.value, conflicts: merged.conflicts };
}

function isPitch(data: Fields): data is Fields & PitchV1 {
  return Array.isArray(data['parts']) && isFields(data['metadata']);
}

function mergeText(base: Fields, mine: Fields, theirs: Fields): { data: Fields; conflicts: number } {
  const fields = mergeFields({ ...base, content: '' }, { ...mine, content: '' }, { ...theirs, content: '' });
  const text = mergeProse(asText(base['content']), asText(mine['content']), asText(theirs['content']));
  return { data: { ...fields.value, content: text.text }, conflicts: fields.conflicts + text.conflicts };
}

function asText(value: unknown): string {
  return typeof value === 'string' ? value : '';
}

function asBook(data: Fields): BookV1 {
  return { title: '', author: '', ...data, chapters: Array.isArray(data['chapters']) ? data['chapters'].filter((chapter) => isFields(chapter)) : [] } as BookV1;
}

function withFields(base: Blob | null, mine: Blob, theirs: Blob, data: Fields, schemaId: string, conflicts: number): MergedBlob {
  const rest = mergeFields(base ? restOf(base) : {}, restOf(mine), restOf(theirs));
  const blob = {
    ...rest.value,
    id: mine.id,
    user_id: mine.user_id > theirs.user_id ? mine.user_id : theirs.user_id,
    schema_id: schemaId,
    data,
    tags: mergeTags(base?.tags ?? [], mine.tags, theirs.tags),
    deleted: false,
  };
  return { blob: blob as unknown as Blob, conflicts: conflicts + rest.conflicts };
}

function restOf(blob: Blob): Fields {
  const rest: Fields = { ...blob };
  for (const field of WRITER_FIELDS) delete rest[field];
  return rest;
}

/** What either side added, without what either side took away. */
function mergeTags(base: readonly string[], mine: readonly string[], theirs: readonly string[]): string[] {
  if (isSame(mine, theirs) || isSame(theirs, base)) return [...mine];
  if (isSame(mine, base)) return [...theirs];
  return [...new Set([...mine, ...theirs])].filter((tag) => !base.includes(tag) || (mine.includes(tag) && theirs.includes(tag))).toSorted();
}

/** RFC 3339 with any number of fraction digits: compared as times, the text kept. Equal times: the smaller text, on either side. */
function later(a: string, b: string): string {
  const [x, y] = [Date.parse(a), Date.parse(b)];
  if (x !== y) return x > y ? a : b;
  return a < b ? a : b;
}

function earlier(a: string, b: string): string {
  const [x, y] = [Date.parse(a), Date.parse(b)];
  if (x !== y) return x < y ? a : b;
  return a < b ? a : b;
}
