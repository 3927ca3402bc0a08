/**
 * What two texts have in common at their ends. Most edits touch a few words of a paragraph: what is left between the
 * ends says where, without telling the words apart.
 */
import { isSpace } from './words.ts';

/** From where to where (indexes in the old text, exclusive) it was replaced, and by what. */
export interface Change {
  start: number;
  end: number;
  text: string;
}

interface CommonEnds {
  /** Lengths in UTF-16 units; together never more than the shorter text. */
  head: number;
  tail: number;
}

function findCommonEnds(one: string, other: string): CommonEnds {
  const shorter = Math.min(one.length, other.length);
  let head = 0;
  while (head < shorter && one.charCodeAt(head) === other.charCodeAt(head)) head += 1;
  let tail = 0;
  while (tail < shorter - head && one.charCodeAt(one.length - 1 - tail) === other.charCodeAt(other.length - 1 - tail)) tail += 1;
  return { head, tail };
}

/** Whether one is plainly an edit of the other: about as long, and alike at its ends. */
export function isEditOf(one: string, other: string): boolean {
  const shorter = Math.min(one.length, other.length);
  const longer = Math.max(one.length, other.length);
  if (shorter < longer / 2) return false;
  const { head, tail } = findCommonEnds(one, other);
  return head + tail >= longer / 4;
}

/** The one stretch of whole words in which `text` differs from `base`: it starts and ends where a word of both ends. */
export function findChange(base: string, text: string): Change {
  const { head, tail } = findCommonEnds(base, text);
  let start = head - 1;
  while (start > 0 && !endsWord(base, start)) start -= 1;
  let left = tail - 1;
  while (left > 0 && !endsWord(base, base.length - left)) left -= 1;
  [start, left] = [Math.max(start, 0), Math.max(left, 0)];
  return { start, end: base.length - left, text: text.slice(start, text.length - left) };
}

function endsWord(text: string, at: number): boolean {
  return isSpace(text.charCodeAt(at)) && !isSpace(text.charCodeAt(at - 1));
}
