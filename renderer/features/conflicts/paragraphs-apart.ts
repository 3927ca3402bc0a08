import { splitParagraphs } from '#processors/contract/passages.ts';

/** The paragraphs that stand in one text and not in the other, in order. */
export function paragraphsApart(mine: string, theirs: string): { mine: string[]; theirs: string[] } {
  const [left, right] = [mine, theirs].map((text) => splitParagraphs(text).map((paragraph) => paragraph.text)) as [string[], string[]];
  const inLeft = new Set(left);
  const inRight = new Set(right);
  return { mine: left.filter((text) => !inRight.has(text)), theirs: right.filter((text) => !inLeft.has(text)) };
}
