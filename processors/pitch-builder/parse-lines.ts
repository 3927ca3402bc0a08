/** What a model answered, read strictly: only what names its chapters gets into a pitch. */
import type { PitchSentence } from '#schemas/generated/types.ts';
import type { ChapterText } from './book-texts.ts';

const REFERENCED = /^(?:[-*•]\s*)?\[\s*(\d+(?:\s*[,;–-]\s*\d+)*)\s*\]\s*:?\s*(\S.*)$/u;
/** Longer is no sentence. */
const MOST_CHARACTERS = 1200;
const MOST_LINES = 600;
/** More chapters than this in one sentence: it names them all and so none. */
const MOST_CHAPTERS = 12;

/**
 * Lines such as `[3,7] A sentence.`, or `[3-5] …`. A line without a chapter that was asked about is left out, as are
 * numbers of others; an empty line begins a paragraph.
 * @param chapters those that may be named
 */
export function parseReferencedLines(answer: string, chapters: readonly Pick<ChapterText, 'id' | 'number'>[]): PitchSentence[] {
  const ids = new Map(chapters.map(({ id, number }) => [number, id]));
  const sentences: PitchSentence[] = [];
  let gap = false;
  for (const line of answer.split('\n').slice(0, MOST_LINES)) {
    const [, numbers = '', said = ''] = REFERENCED.exec(line.trim()) ?? [];
    const chapter_ids = [...new Set(readNumbers(numbers).flatMap((number) => ids.get(number) ?? []))];
    const text = cleanText(said);
    if (line.trim() === '') gap = true;
    if (chapter_ids.length === 0 || chapter_ids.length > MOST_CHAPTERS || !isSaying(text)) continue;
    sentences.push({ text, chapter_ids, ...(gap && sentences.length > 0 && { paragraph: true }) });
    gap = false;
  }
  return sentences;
}

function readNumbers(list: string): number[] {
  return list.split(/[,;]/).flatMap((piece) => {
    const [first = Number.NaN, last = first] = piece.split(/[–-]/).map(Number);
    // A range of a thousand chapters is no reference, and no loop either.
    return last >= first && last - first <= MOST_CHAPTERS ? Array.from({ length: last - first + 1 }, (_, step) => first + step) : [];
  });
}

/** A summary's sentences: a line each, without bullets and numbers, and without a line that announces them. */
export function parseSummaryLines(answer: string): string[] {
  return answer
    .split('\n')
    .slice(0, MOST_LINES)
    .map((line) => cleanText(line.replace(/^\s*(?:[-*•]|\d+[.)]|#+)\s+/u, '')))
    .filter((line) => isSaying(line) && !line.endsWith(':'))
    .slice(0, MOST_SUMMARY_LINES);
}

const MOST_SUMMARY_LINES = 24;

/** Without marks of Markdown, without what no text has, on one line. Brackets are the letter's and the references'. */
function cleanText(text: string): string {
  return text
    .replace(/\*\*|__|`/g, '')
    .replace(/[\p{Cc}\p{Cs}\ufffd]/gu, '')
    .replace(/\s*\[[\d\s,;–-]+\]/g, '')
    .trim();
}

function isSaying(text: string): boolean {
  return text.length <= MOST_CHARACTERS && /\p{L}{2}|\p{Script=Han}/u.test(text);
}
