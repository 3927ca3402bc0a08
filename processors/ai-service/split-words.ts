/** Words as a reader counts them: letters and digits, with apostrophes and hyphens inside. Markdown marks are not words. */
export function splitWords(text: string): string[] {
  return text.match(/[\p{L}\p{N}]+(?:[’'-][\p{L}\p{N}]+)*/gu) ?? [];
}

const ABBREVIATION = /\b(?:mr|mrs|ms|dr|st|prof|rev|capt|col|gen|lt|sr|jr|vs|etc|e\.g|i\.e)\.$/i;

/** Sentences that hold a word: ended by . ! ? … or a paragraph's end, but not by a title such as “Mr.” or an initial. */
export function countSentences(text: string): number {
  let count = 0;
  for (const paragraph of text.split(/\n\s*\n/)) {
    let start = 0;
    for (const match of paragraph.matchAll(/[.!?…]+["”’')\]]*(?=\s|$)/g)) {
      const end = match.index + match[0].length;
      const head = paragraph.slice(Math.max(start, end - 8), end);
      if (match[0] === '.' && (ABBREVIATION.test(head) || /(?:^|\s)\p{Lu}\.$/u.test(head))) continue;
      if (/[\p{L}\p{N}]/u.test(paragraph.slice(start, end))) count++;
      start = end;
    }
    if (/[\p{L}\p{N}]/u.test(paragraph.slice(start))) count++;
  }
  return count;
}
