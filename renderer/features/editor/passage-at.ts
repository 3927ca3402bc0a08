/** Which passage of a draft an offset lies in. */
import { splitParagraphs, type AlignedPassage } from '#processors/contract/passages.ts';
import { segmentDraft } from '#processors/contract/segment-draft.ts';

/**
 * @param aligned the passages of the chapter's expansion beside this draft; null where nothing is grown yet
 * @returns its index among them, or among the passages that a first run will make; null for a draft with no text
 */
export function findPassageAt(draftText: string, offset: number, aligned: readonly AlignedPassage[] | null): number | null {
  const paragraphs = splitParagraphs(draftText);
  if (paragraphs.length === 0) return null;
  // Between two paragraphs: the one above.
  const paragraph = Math.max(0, paragraphs.findLastIndex((candidate) => candidate.start <= offset));
  const ranges = aligned ? aligned.map((passage) => passage.draft) : segmentDraft(draftText);
  const index = ranges.findIndex((range) => paragraph >= range.first && paragraph < range.first + range.count);
  return index < 0 ? null : index;
}
