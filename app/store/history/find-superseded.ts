/** Which expansions have thinned out with age: those that a processor made, that others have followed, and that nobody kept or edited. */
import { findHead, type ExpansionLink } from '#processors/contract/find-head.ts';
import { findThinnedOut } from '#processors/contract/version-ladder.ts';
import { isBlobOf, USER_INPUT } from '#schemas/blob.ts';
import type { BlobStore } from '../blob-store.ts';

interface Link extends ExpansionLink {
  byAuthor: boolean;
}

/**
 * Reads every expansion, a page at a time, and keeps none of their texts.
 * @param now milliseconds since the epoch
 * @returns ids of those that are not kept any more. What a chapter shows is the same without them
 */
export async function findSuperseded(blobs: Pick<BlobStore, 'scan'>, now: number): Promise<string[]> {
  const kept = new Set<string | undefined>();
  for await (const page of blobs.scan('snapshot-v1', 'living')) for (const { parent_id } of page) kept.add(parent_id);
  const chapters = new Map<string, Link[]>();
  for await (const page of blobs.scan('expanded-text-v1', 'living')) {
    for (const blob of page) {
      if (!isBlobOf(blob, 'expanded-text-v1') || blob.conversation_id === undefined) continue;
      const links = chapters.get(blob.conversation_id) ?? [];
      const basedOn = blob.data.metadata?.based_on;
      const byAuthor = blob.processor_id === USER_INPUT;
      if (byAuthor) kept.add(blob.parent_id);
      links.push({ id: blob.id, created_at: blob.created_at, byAuthor, ...(blob.parent_id !== undefined && { parent_id: blob.parent_id }), ...(basedOn !== undefined && { based_on: basedOn }) });
      chapters.set(blob.conversation_id, links);
    }
  }
  return [...chapters.values()].flatMap((links) => findAmong(links, kept, now));
}

function findAmong(links: readonly Link[], kept: ReadonlySet<string | undefined>, now: number): string[] {
  const head = findHead(links);
  const versions = links.map(({ id, created_at, byAuthor }) => ({ id, at: Date.parse(created_at), stays: byAuthor || id === head?.id || kept.has(id) }));
  const gone = findThinnedOut(versions, now);
  // One that goes names no other any more: where clocks disagreed, an older one could come to the front.
  return findHead(links.filter(({ id }) => !gone.includes(id)))?.id === head?.id ? gone : [];
}
