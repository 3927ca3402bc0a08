/** Runs of a draft's paragraphs that are grown together. */
import { countWords, splitParagraphs, standsAsItIs, type Paragraph } from './passages.ts';

export interface Segment {
  /** Paragraphs of the draft, first and count. */
  first: number;
  count: number;
  /** Nothing here is grown: a heading, a scene break, a list. */
  verbatim: boolean;
}

/** The turns of a dialogue are grouped until they are this long together. */
const PASSAGE_WORDS = 40;

/** A paragraph that begins as speech does: in quotation marks, or with the dash of a French or a Spanish one. */
const SPEECH = /^[“”„"‘'«»‹›「『—–]/;

/** The passages of a draft that nothing was grown from yet. */
export function segmentDraft(text: string): Segment[] {
  const paragraphs = splitParagraphs(text);
  return segmentParagraphs(paragraphs, { first: 0, count: paragraphs.length });
}

/** The same for a range of paragraphs: a paragraph is a passage, but for the short turns of a dialogue. */
export function segmentParagraphs(paragraphs: readonly Paragraph[], range: { first: number; count: number }): Segment[] {
  const segments: Segment[] = [];
  let open: Segment | null = null;
  let words = 0;
  for (let at = range.first; at < range.first + range.count; at++) {
    const text = paragraphs[at]?.text ?? '';
    if (!SPEECH.test(text)) {
      segments.push({ first: at, count: 1, verbatim: standsAsItIs(text) });
      open = null;
      continue;
    }
    if (open === null) {
      open = { first: at, count: 0, verbatim: false };
      segments.push(open);
      words = 0;
    }
    open.count += 1;
    words += countWords(text);
    if (words >= PASSAGE_WORDS) open = null;
  }
  return segments;
}
