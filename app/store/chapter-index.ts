/** What the stats say of a chapter: its head, and whether it is stale. */
import { alignPassages, type AlignedPassage } from '#processors/contract/passages.ts';
import type { BlobStats } from './blob-stats.ts';
import { findHead } from '#processors/contract/find-head.ts';
import { contentOf } from './draft-content.ts';
import { readLinks } from './expansion-links.ts';
import type { BlobStore } from './blob-store.ts';
import type { StatsIndex } from './stats-index.ts';

export interface ChapterIndex {
  /** The stats of the chapter's head; null: nothing is grown. */
  head(chapterId: string): BlobStats | null;
  /** Null: nothing is grown. Where the draft has changed since it was looked at, the last answer stands until it was. */
  freshness(chapterId: string, draftId: string): 'expanded' | 'stale' | null;
  hasConflict(chapterId: string): boolean;
}

export function createChapterIndex(blobs: BlobStore, stats: StatsIndex): ChapterIndex {
  const waiting = new Map<string, string>();
  let working = false;

  const head = (chapterId: string): BlobStats | null =>
    findHead(stats.inConversation(chapterId).filter((row) => row.schema_id === 'expanded-text-v1' && !row.deleted));

  const check = async (headId: string, draftId: string): Promise<void> => {
    const found = await blobs.getMany([headId, draftId]);
    const draft = found.get(draftId);
    const expansion = readLinks([...found.values()].filter(({ id }) => id === headId))[0]?.blob;
    if (!draft || !expansion) return;
    const row = stats.get(draftId);
    // Looked at again when the row of this version is there.
    if (row?.fingerprint === undefined || row.version !== draft.version) return;
    stats.setChecked(headId, { draft: row.fingerprint, stale: isStale(alignPassages(contentOf(draft), expansion.data)) });
  };

  const work = async (): Promise<void> => {
    if (working) return;
    working = true;
    for (const [headId, draftId] of waiting) {
      waiting.delete(headId);
      // One that can't be read now is asked for again by whoever shows it.
      await check(headId, draftId).catch(() => undefined);
      await new Promise((resolve) => setTimeout(resolve));
    }
    working = false;
  };

  return {
    head,
    freshness(chapterId, draftId) {
      const row = head(chapterId);
      if (!row) return null;
      const draft = stats.get(draftId)?.fingerprint;
      if (draft !== undefined && row.checked?.draft !== draft) {
        waiting.set(row.id, draftId);
        setTimeout(() => void work());
      }
      return row.checked?.stale === true ? 'stale' : 'expanded';
    },
    hasConflict: (chapterId) => stats.inConversation(chapterId).some((row) => row.conflict === true && !row.deleted),
  };
}

/** A passage that was grown from other words than the draft's, or paragraphs of the draft that the expansion has not got. */
export function isStale(passages: readonly AlignedPassage[]): boolean {
  return passages.some(
    ({ state, passage }) => state === 'stale' || state === 'edited-stale' || (state === 'draft' && passage.span.end === passage.span.start),
  );
}
