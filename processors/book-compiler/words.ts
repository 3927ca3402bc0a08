/** Words, as the compiler counts and compares them: what stands between white space. */

/** The words of a text, one space between two of them. */
export function foldWords(text: string): string {
  return text.replace(/\s+/g, ' ').trim();
}

/** How many words a folded text has. */
export function countWords(folded: string): number {
  if (folded === '') return 0;
  let count = 1;
  for (let at = folded.indexOf(' '); at !== -1; at = folded.indexOf(' ', at + 1)) count += 1;
  return count;
}

export interface WordDifference {
  /** 1 for the first word. */
  place: number;
  /** A few words from there on; empty at the end. */
  expected: string;
  actual: string;
}

/** Where two folded texts part; null when they don't. */
export function findDifference(expected: string, actual: string): WordDifference | null {
  if (expected === actual) return null;
  const left = expected.split(' ');
  const right = actual.split(' ');
  let at = 0;
  while (at < left.length && at < right.length && left[at] === right[at]) at += 1;
  return { place: at + 1, expected: left.slice(at, at + 5).join(' '), actual: right.slice(at, at + 5).join(' ') };
}
