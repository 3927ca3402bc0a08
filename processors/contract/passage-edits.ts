/** What an author does to an expansion: edit it, keep a passage, discard one. Pure: old data in, new data out. */
import type { ExpandedTextV1, Passage } from '#schemas/generated/types.ts';
import { alignRuns } from './align-runs.ts';
import { assemblePassages, type PassageText } from './assemble-passages.ts';
import { alignPassages, hashParagraphs, passagesOf, splitParagraphs, textOf, type AlignedPassage, type Paragraph } from './passages.ts';

/**
 * The expansion with the author's text in place of its own. Passages whose text differs get origin 'author'; text
 * that was written between two passages becomes an author's passage without a source; all others stay as they are,
 * and every word of `newText` lies in exactly one span.
 */
export function applyExpansionEdit(expansion: ExpandedTextV1, newText: string): ExpandedTextV1 {
  if (newText === expansion.expanded) return expansion;
  const passages = passagesOf(expansion);
  const was = splitParagraphs(expansion.expanded);
  const is = splitParagraphs(newText);
  const runs = runsOf(was, passages);
  const pieces = alignRuns(was.map((paragraph) => paragraph.text), is.map((paragraph) => paragraph.text), runs);
  const edited: Passage[] = [];
  let end = 0;
  let nextSource = 0;
  for (const piece of pieces) {
    const own = is.slice(piece.first, piece.first + piece.count);
    const span = { start: own[0]?.start ?? end, end: own.at(-1)?.end ?? end };
    end = span.end;
    const passage = piece.run === null ? undefined : passages[piece.run];
    if (!passage) {
      edited.push({ source: { first: nextSource, count: 0, hash: hashParagraphs([]) }, span, origin: 'author' });
      continue;
    }
    nextSource = passage.source.first + passage.source.count;
    edited.push(sameText(newText.slice(span.start, span.end), textOf(expansion, passage)) ? { ...passage, span } : byAuthor(passage, span));
  }
  return withText(expansion, newText, edited);
}

/**
 * Which paragraphs of `expanded` each passage holds. A paragraph on a border (an edge that a foreign writer set
 * inside it) belongs to the passage it begins in.
 */
function runsOf(paragraphs: readonly Paragraph[], passages: readonly Passage[]): { first: number; count: number }[] {
  let at = 0;
  return passages.map((passage, index) => {
    const first = at;
    const end = index === passages.length - 1 ? Infinity : passage.span.end;
    while (at < paragraphs.length && (paragraphs[at]?.start ?? 0) < end) at += 1;
    return { first, count: at - first };
  });
}

function sameText(a: string, b: string): boolean {
  return a === b || a === b.trim();
}

function byAuthor(passage: Passage, span: Passage['span']): Passage {
  const { provider: _provider, model: _model, ...rest } = passage;
  return { ...rest, span, origin: 'author' };
}

/**
 * Marks a passage as the author's choice: no later run replaces it, and it is level with what the draft says today.
 * @param index its place in alignPassages(draftText, expansion)
 */
export function keepPassage(expansion: ExpandedTextV1, index: number, draftText: string): ExpandedTextV1 {
  return rebase(expansion, draftText, (part, _aligned, own, at) =>
    at === index && part.text !== '' ? { ...part, kept: true, source: { ...part.source, hash: hashParagraphs(own) } } : part,
  );
}

/**
 * Puts the draft's own paragraphs in the passage's place. One whose source is gone disappears.
 * @param index its place in alignPassages(draftText, expansion)
 */
export function discardPassage(expansion: ExpandedTextV1, index: number, draftText: string): ExpandedTextV1 {
  return rebase(expansion, draftText, (part, aligned, own, at) => (at === index ? draftPart(draftText, aligned.draft, own) : part));
}

/** A passage that is the draft's paragraphs as they stand. */
export function draftPart(draftText: string, draft: { first: number; count: number }, own: readonly Paragraph[]): PassageText {
  const text = draftText.slice(own[0]?.start ?? 0, own.at(-1)?.end ?? 0);
  return { text, source: { ...draft, hash: hashParagraphs(own) }, origin: 'draft' };
}

type Change = (part: PassageText, aligned: AlignedPassage, own: readonly Paragraph[], index: number) => PassageText;

/** The expansion over the draft as it is now. What is new in the draft stands in it as the draft has it. */
function rebase(expansion: ExpandedTextV1, draftText: string, change: Change): ExpandedTextV1 {
  const paragraphs = splitParagraphs(draftText);
  const parts = alignPassages(draftText, expansion).map((aligned, index) => {
    const own = paragraphs.slice(aligned.draft.first, aligned.draft.first + aligned.draft.count);
    return change(carryPart(expansion, draftText, aligned, own), aligned, own, index);
  });
  const { expanded, passages } = assemblePassages(parts);
  return withText({ ...expansion, original: draftText }, expanded, passages);
}

/** An aligned passage as it goes on, untouched: its text, over today's paragraphs, with the hash of what it was grown from. */
export function carryPart(expansion: ExpandedTextV1, draftText: string, aligned: AlignedPassage, own: readonly Paragraph[]): PassageText {
  const { source, span: _span, ...rest } = aligned.passage;
  if (rest.origin === 'draft') return draftPart(draftText, aligned.draft, own);
  return { ...rest, source: { ...source, ...aligned.draft }, text: textOf(expansion, aligned.passage) };
}

function withText(expansion: ExpandedTextV1, expanded: string, passages: Passage[]): ExpandedTextV1 {
  return { ...expansion, expanded, passages, expansion_ratio: expansionRatio(expansion.original, expanded) };
}

/** The seed's metric: characters of the expansion over characters of the draft; 0 for an empty draft. */
export function expansionRatio(original: string, expanded: string): number {
  return original.length === 0 ? 0 : expanded.length / original.length;
}
