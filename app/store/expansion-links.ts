import type { ExpansionLink } from '#processors/contract/find-head.ts';
import { isBlobOf, type Blob } from '#schemas/blob.ts';

export type Expansion = Blob & Blob<'expanded-text-v1'>;

export function isExpansion(blob: Blob): blob is Expansion {
  return isBlobOf(blob, 'expanded-text-v1');
}

/** The expansions among a conversation's blobs, as the rule of the head sees them. */
export function readLinks(conversation: readonly Blob[]): (ExpansionLink & { blob: Expansion })[] {
  return conversation.filter(isExpansion).map((blob) => {
    const based_on = blob.data.metadata?.based_on;
    return {
      id: blob.id,
      ...(blob.parent_id !== undefined && { parent_id: blob.parent_id }),
      ...(based_on !== undefined && { based_on }),
      created_at: blob.created_at,
      blob,
    };
  });
}
