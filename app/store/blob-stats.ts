/** What lists show of a blob, so that no text is read for them: a row a blob, local, made again when it is missing. */
import { isBlobOf, type Blob } from '#schemas/blob.ts';
import { countWords } from '#processors/contract/count-words.ts';
import { fingerprintText } from '../domain/fingerprint.ts';
import { SETTLED } from '../sync/conflicts.ts';

export interface BlobStats {
  id: string;
  version: number;
  schema_id: string;
  processor_id: string;
  parent_id?: string;
  conversation_id?: string;
  book_id?: string;
  /** Of an expansion: the one whose kept passages it carries on. */
  based_on?: string;
  deleted: boolean;
  created_at: string;
  updated_at: string;
  words: number;
  /** Of a draft: what tells that its text has changed. */
  fingerprint?: string;
  /** Of an expansion: whether any passage of it was stale when it was last held against the draft of this fingerprint. */
  checked?: { draft: string; stale: boolean };
  /** Of an expansion: ids of the thesaurus details that are in it. */
  used_details?: string[];
  /** Of a snapshot: it is one side of a conflict that nobody has settled. */
  conflict?: boolean;
}

/** The row of a blob; null for one that no list shows. */
export function makeStats(blob: Blob): BlobStats | null {
  const row = commonStats(blob);
  if (isBlobOf(blob, 'text-input-v2') || isBlobOf(blob, 'text-input-v1')) {
    const { content, metadata } = blob.data;
    return {
      ...row,
      words: countWords(content),
      fingerprint: fingerprintText(content),
      ...(metadata?.book_id !== undefined && { book_id: metadata.book_id }),
    };
  }
  if (isBlobOf(blob, 'expanded-text-v1')) {
    const basedOn = blob.data.metadata?.based_on;
    const used = blob.data.metadata?.['used_details'];
    return {
      ...row,
      words: countWords(blob.data.expanded),
      ...(basedOn !== undefined && { based_on: basedOn }),
      ...(Array.isArray(used) && { used_details: used.filter((id) => typeof id === 'string') }),
    };
  }
  if (isBlobOf(blob, 'snapshot-v1') && blob.data.reason.startsWith('conflict-')) return { ...row, conflict: !blob.tags.includes(SETTLED) };
  return null;
}

function commonStats(blob: Blob): BlobStats {
  return {
    id: blob.id,
    version: blob.version,
    schema_id: blob.schema_id,
    processor_id: blob.processor_id,
    ...(blob.parent_id !== undefined && { parent_id: blob.parent_id }),
    ...(blob.conversation_id !== undefined && { conversation_id: blob.conversation_id }),
    deleted: blob.deleted,
    created_at: blob.created_at,
    updated_at: blob.updated_at,
    words: 0,
  };
}
