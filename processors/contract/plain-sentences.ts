/** Sentences of plain text, by the rules of its language (Unicode UAX #29, as Intl.Segmenter has them). */

/** A full stop after one of these ends no sentence; UAX #29 knows no words. */
const ABBREVIATION = /(?:^|[\s(“‘"«])(?:\p{Lu}|Mr|Mrs|Ms|Messrs|Mme|Mlle|M|Dr|St|Ste|Prof|Rev|Hon|Capt|Col|Gen|Lt|Maj|Sgt|Adm|Gov|Sr|Jr|Esq|No|Vol|vs|etc|e\.g|i\.e|cf|viz|Hr|Fr|Nr|bzw|usw)\.\s*$/u;

/** With what stands before and after it: where many pieces go on, each looks back at no more than this. */
const LONGEST_ABBREVIATION = 12;

export interface PlainSentence {
  text: string;
  /** UTF-16 offsets, without the white space around it. */
  start: number;
  end: number;
}

/** @param language BCP 47; one that can't be read counts as none */
export function findPlainSentences(text: string, language?: string): PlainSentence[] {
  const sentences: PlainSentence[] = [];
  let start = 0;
  let end = 0;
  const close = (): void => {
    const piece = text.slice(start, end);
    const trimmed = piece.trim();
    const from = start + piece.indexOf(trimmed);
    if (trimmed !== '') sentences.push({ text: trimmed, start: from, end: from + trimmed.length });
    start = end;
  };
  for (const { segment, index } of segmenterOf(language).segment(text)) {
    // “No!” he said. goes on after the mark; so does what begins with a small letter or with nothing but marks.
    if (index > start && !ABBREVIATION.test(text.slice(Math.max(start, end - LONGEST_ABBREVIATION), end)) && !/^[\s\p{P}]*(?:\p{Ll}|$)/u.test(segment)) close();
    end = index + segment.length;
  }
  close();
  return sentences;
}

export function splitPlainSentences(text: string, language?: string): string[] {
  return findPlainSentences(text, language).map((sentence) => sentence.text);
}

const segmenters = new Map<string, Intl.Segmenter>();

function segmenterOf(language = ''): Intl.Segmenter {
  const known = segmenters.get(language);
  if (known) return known;
  let made: Intl.Segmenter;
  try {
    made = new Intl.Segmenter(language || undefined, { granularity: 'sentence' });
  } catch {
    // What an author wrote as the book's language is no tag: the rules without a language.
    made = new Intl.Segmenter(undefined, { granularity: 'sentence' });
  }
  segmenters.set(language, made);
  return made;
}
