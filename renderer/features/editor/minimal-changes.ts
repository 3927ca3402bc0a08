/** The least that must change in one text to make it another, so that carets, scroll and marks stay where they were. */
import { diffIndices } from 'node-diff3';

/** A replacement of `old[from..to]` by `insert`; offsets are UTF-16 into the old text. */
export interface TextChange {
  from: number;
  to: number;
  insert: string;
}

/** A run of tokens longer than this is replaced whole: the diff is quadratic at worst, and nobody edits that much at once. */
const MOST_TOKENS = 3000;

/**
 * Changes that turn `before` into `after`: in order, not touching each other, first by line, then by word inside
 * the lines that differ, then trimmed by character.
 */
export function findMinimalChanges(before: string, after: string): TextChange[] {
  if (before === after) return [];
  const { from, to, insert } = trimCommon(before, after, 0);
  return diffTokens(before.slice(from, to), insert, from, /[^\n]*\n|[^\n]+/g, (oldRun, newRun, at) => diffTokens(oldRun, newRun, at, /\s+|[\p{L}\p{N}\p{M}]+|./gsu, (oldWords, newWords, wordsAt) => [trimCommon(oldWords, newWords, wordsAt)]));
}

function diffTokens(before: string, after: string, at: number, token: RegExp, refine: (before: string, after: string, at: number) => TextChange[]): TextChange[] {
  const oldTokens = before.match(token) ?? [];
  const newTokens = after.match(token) ?? [];
  if (oldTokens.length === 0 || newTokens.length === 0 || oldTokens.length > MOST_TOKENS || newTokens.length > MOST_TOKENS) return refineEmpty(before, after, at);
  const starts = [0];
  for (const text of oldTokens) starts.push((starts.at(-1) ?? 0) + text.length);
  return diffIndices(oldTokens, newTokens).flatMap(({ buffer1, buffer2Content }) => {
    const from = starts[buffer1[0]] ?? 0;
    const to = starts[buffer1[0] + buffer1[1]] ?? before.length;
    return refine(before.slice(from, to), buffer2Content.join(''), at + from);
  });
}

function refineEmpty(before: string, after: string, at: number): TextChange[] {
  return before === after ? [] : [trimCommon(before, after, at)];
}

/** The one change that remains when what both begin and end with is left out; never inside a surrogate pair. */
function trimCommon(before: string, after: string, at: number): TextChange {
  const most = Math.min(before.length, after.length);
  let start = 0;
  while (start < most && before.charCodeAt(start) === after.charCodeAt(start)) start += 1;
  if (start > 0 && isHighSurrogate(before.charCodeAt(start - 1))) start -= 1;
  let end = 0;
  while (end < most - start && before.charCodeAt(before.length - 1 - end) === after.charCodeAt(after.length - 1 - end)) end += 1;
  if (end > 0 && isLowSurrogate(before.charCodeAt(before.length - end))) end -= 1;
  return { from: at + start, to: at + before.length - end, insert: after.slice(start, after.length - end) };
}

function isHighSurrogate(code: number): boolean {
  return code >= 0xd800 && code < 0xdc00;
}

function isLowSurrogate(code: number): boolean {
  return code >= 0xdc00 && code < 0xe000;
}
