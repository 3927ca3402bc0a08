/** What an expansion run does with each passage: carry it on as it is, or grow it from today's draft. */
import type { ExpandedTextV1 } from '#schemas/generated/types.ts';
import type { PassageText } from '../contract/assemble-passages.ts';
import { carryPart, draftPart } from '../contract/passage-edits.ts';
import { alignPassages, hashParagraphs, splitParagraphs, type AlignedPassage, type Paragraph } from '../contract/passages.ts';
import { segmentParagraphs, type Segment } from '../contract/segment-draft.ts';

export type PlanItem =
  | { action: 'carry'; part: PassageText }
  /** `part` is the draft's own text; `aligned` is the place, in today's aligned passages, that it is shown at. */
  | { action: 'grow'; part: PassageText; aligned: number };

export interface PlanOptions {
  onlyPassages?: readonly number[] | undefined;
  again: boolean;
}

/**
 * Grown are passages that are stale or not grown yet, of those that were asked for; with `again` also fresh ones.
 * What the author wrote or kept is carried on, always. A passage whose paragraphs were moved moves with them.
 */
export function planPassages(draft: string, base: ExpandedTextV1 | null, options: PlanOptions): PlanItem[] {
  const paragraphs = splitParagraphs(draft);
  const isAsked = (index: number): boolean => options.onlyPassages?.includes(index) ?? true;
  if (!base) {
    const segments = segmentParagraphs(paragraphs, { first: 0, count: paragraphs.length });
    return segments.map((segment, index) => planSegment(draft, paragraphs, segment, index, isAsked(index)));
  }
  const aligned = alignPassages(draft, base);
  const orphans = aligned.filter(({ draft: range, passage }) => range.count === 0 && passage.source.count > 0 && passage.origin !== 'draft');
  const moved = new Set<AlignedPassage>();
  const items = aligned.map((passage): PlanItem[] | AlignedPassage => {
    if (orphans.includes(passage)) return passage;
    const own = paragraphs.slice(passage.draft.first, passage.draft.first + passage.draft.count);
    const asked = isAsked(passage.index);
    if (!mayGrow(passage, options.again)) return [{ action: 'carry', part: carryPart(base, draft, passage, own) }];
    if (passage.passage.origin === 'draft') return planRegion(draft, paragraphs, passage, { asked, base, orphans, moved });
    if (!asked) return [{ action: 'carry', part: carryPart(base, draft, passage, own) }];
    return segmentParagraphs(paragraphs, passage.draft).map((segment) => planSegment(draft, paragraphs, segment, passage.index, true));
  });
  return items.flatMap((item) => (Array.isArray(item) ? item : planOrphan(draft, base, item, moved, isAsked(item.index))));
}

function mayGrow({ passage, state }: AlignedPassage, again: boolean): boolean {
  if (passage.origin === 'author' || passage.kept) return false;
  return state === 'stale' || state === 'draft' || (again && passage.origin === 'model');
}

function planSegment(draft: string, paragraphs: readonly Paragraph[], segment: Segment, aligned: number, asked: boolean): PlanItem {
  const part = draftPart(draft, { first: segment.first, count: segment.count }, paragraphs.slice(segment.first, segment.first + segment.count));
  return asked && !segment.verbatim ? { action: 'grow', part, aligned } : { action: 'carry', part };
}

interface Region {
  asked: boolean;
  base: ExpandedTextV1;
  orphans: readonly AlignedPassage[];
  moved: Set<AlignedPassage>;
}

/** Paragraphs that nothing was grown from: where a passage's own were moved here, it comes after them. */
function planRegion(draft: string, paragraphs: readonly Paragraph[], region: AlignedPassage, { asked, base, orphans, moved }: Region): PlanItem[] {
  const items: PlanItem[] = [];
  const end = region.draft.first + region.draft.count;
  let first = region.draft.first;
  const close = (until: number): void => {
    const range = { first, count: until - first };
    if (range.count === 0) return;
    if (asked) items.push(...segmentParagraphs(paragraphs, range).map((segment) => planSegment(draft, paragraphs, segment, region.index, true)));
    else items.push({ action: 'carry', part: draftPart(draft, range, paragraphs.slice(first, until)) });
  };
  for (let at = first; at < end; ) {
    const found = orphans.find((orphan) => !moved.has(orphan) && at + orphan.passage.source.count <= end && isSourceAt(orphan, paragraphs, at));
    if (!found) {
      at += 1;
      continue;
    }
    close(at);
    const { count } = found.passage.source;
    moved.add(found);
    items.push({ action: 'carry', part: carryPart(base, draft, { ...found, draft: { first: at, count } }, paragraphs.slice(at, at + count)) });
    at += count;
    first = at;
  }
  close(end);
  return items;
}

function isSourceAt({ passage }: AlignedPassage, paragraphs: readonly Paragraph[], at: number): boolean {
  return hashParagraphs(paragraphs.slice(at, at + passage.source.count)) === passage.source.hash;
}

/** A passage whose source is gone: the author's stays where it is, a provider's goes when it is asked for. */
function planOrphan(draft: string, base: ExpandedTextV1, orphan: AlignedPassage, moved: ReadonlySet<AlignedPassage>, asked: boolean): PlanItem[] {
  if (moved.has(orphan) || (asked && mayGrow(orphan, false))) return [];
  return [{ action: 'carry', part: carryPart(base, draft, orphan, []) }];
}
