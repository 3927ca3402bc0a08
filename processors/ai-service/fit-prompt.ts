import { RectoError } from '#schemas/errors.ts';
import { splitParagraphs } from '../contract/passages.ts';
import type { ExpandRequest } from '../contract/processor.ts';
import { buildExpansionPrompt, type ExpansionPrompt } from './expansion-prompt.ts';

/** Counts a text's tokens. */
export type CountTokens = (text: string) => number;

export interface FittedPrompt {
  prompt: ExpansionPrompt;
  /** Tokens of the prompt, counted conservatively. */
  tokens: number;
  /** Characters of before and after: given, and sent. */
  neighbours: { given: number; sent: number };
}

/** An answer of 3.5 times the passage must fit beside the prompt. */
const ANSWER_FACTOR = 3.5;
const ANSWER_MARGIN = 64;

/**
 * The prompt that fits the model's window together with its answer. Neighbours are left out paragraph by paragraph,
 * the farthest first; the passage, the notes and the wish never are.
 * @throws RectoError context_too_long when they don't fit
 */
export function fitPrompt(request: ExpandRequest, contextTokens: number, countTokens: CountTokens): FittedPrompt {
  const { before = '', after = '', ...core } = request;
  const size = ({ system, user }: ExpansionPrompt): number => countTokens(system) + countTokens(user);
  const answer = Math.ceil(countTokens(request.original) * ANSWER_FACTOR) + ANSWER_MARGIN;
  const bare = size(buildExpansionPrompt(core));
  if (bare + answer > contextTokens) {
    throw new RectoError(
      'context_too_long',
      `This passage needs about ${bare + answer} tokens, and the model takes ${contextTokens}. Divide the passage, shorten the style notes, or choose a model with more room. Nothing was sent.`,
    );
  }
  const kept = keepNearest(before, after, contextTokens - answer - bare, countTokens);
  const prompt = buildExpansionPrompt({ ...core, ...(kept.before && { before: kept.before }), ...(kept.after && { after: kept.after }) });
  return {
    prompt,
    tokens: size(prompt),
    neighbours: { given: before.length + after.length, sent: kept.before.length + kept.after.length },
  };
}

/** The words around a section: tags and titles. */
const SECTION_TOKENS = 40;

/** Whole paragraphs next to the passage, taken in turn from both sides while there is room. */
function keepNearest(before: string, after: string, room: number, countTokens: CountTokens): { before: string; after: string } {
  const sides = [
    { text: before, paragraphs: splitParagraphs(before).toReversed(), start: before.length, end: before.length, open: true },
    { text: after, paragraphs: splitParagraphs(after), start: 0, end: 0, open: true },
  ];
  let left = room - 2 * SECTION_TOKENS;
  for (let turn = 0; sides.some(({ open }) => open); turn++) {
    const side = sides[turn % 2]!;
    const paragraph = side.paragraphs.shift();
    const tokens = paragraph && side.open ? countTokens(paragraph.text) + 2 : Infinity;
    if (!paragraph || tokens > left) {
      side.open = false;
      continue;
    }
    left -= tokens;
    side.start = Math.min(side.start, paragraph.start);
    side.end = Math.max(side.end, paragraph.end);
  }
  const [first, second] = sides.map(({ text, start, end }) => text.slice(start, end).trim());
  return { before: first ?? '', after: second ?? '' };
}
