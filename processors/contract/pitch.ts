/** A pitch as processor, app and screen read it: which of its sentences are stale, and its parts as plain text. */
import type { PitchPart, PitchSentence, PitchV1 } from '#schemas/generated/types.ts';
import { hashParagraphs, splitParagraphs } from './passages.ts';

export type PitchKind = PitchPart['kind'];

export const PITCH_KINDS: readonly PitchKind[] = ['logline', 'back-cover', 'synopsis-short', 'synopsis-long', 'query-letter', 'keywords'];

/** The hash of each chapter's text, by the chapter's id, in the book's order; one without a text is not in it. */
export type ChapterHashes = ReadonlyMap<string, string>;

/** fresh: made from what its chapters say now. stale: one of them has changed since, or is gone. edited: the author's hand. */
export type SentenceState = 'fresh' | 'stale' | 'edited' | 'edited-stale';

/** 16 hex digits, the same for texts that differ in white space alone; null for one with no words. */
export function hashChapterText(markdown: string): string | null {
  const paragraphs = splitParagraphs(markdown);
  return paragraphs.length === 0 ? null : hashParagraphs(paragraphs);
}

export function originOf(part: PitchPart, sentence: PitchSentence): NonNullable<PitchSentence['origin']> {
  return sentence.origin ?? part.origin ?? 'extractive';
}

/** The version of a chapter that a sentence was made from. */
function madeFrom(pitch: PitchV1, sentence: PitchSentence, chapterId: string): string | undefined {
  const own = sentence.sources?.find((source) => source.chapter_id === chapterId);
  return (own ?? pitch.metadata.sources?.find((source) => source.chapter_id === chapterId))?.hash;
}

export function isStaleSentence(pitch: PitchV1, sentence: PitchSentence, today: ChapterHashes): boolean {
  return sentence.chapter_ids.some((id) => today.get(id) === undefined || today.get(id) !== madeFrom(pitch, sentence, id));
}

export function stateOfSentence(pitch: PitchV1, part: PitchPart, sentence: PitchSentence, today: ChapterHashes): SentenceState {
  const stale = isStaleSentence(pitch, sentence, today);
  if (originOf(part, sentence) === 'author') return stale ? 'edited-stale' : 'edited';
  return stale ? 'stale' : 'fresh';
}

/**
 * A sentence as it goes on in a pitch that is made from the chapters as they are today: one that rests on another version
 * says so of itself, and so stays stale.
 */
export function carrySentence(pitch: PitchV1, sentence: PitchSentence, today: ChapterHashes): PitchSentence {
  const { sources: _sources, ...rest } = sentence;
  const sources = sentence.chapter_ids.flatMap((chapter_id) => {
    const hash = madeFrom(pitch, sentence, chapter_id);
    return hash === undefined || hash === today.get(chapter_id) ? [] : [{ chapter_id, hash }];
  });
  return { ...rest, ...(sources.length > 0 && { sources }) };
}

/** Chapters that were written since, and that the synopses know nothing of. */
export function findNewChapters(pitch: PitchV1, today: ChapterHashes): string[] {
  const known = new Set(pitch.metadata.sources?.map((source) => source.chapter_id));
  return [...today.keys()].filter((id) => !known.has(id));
}

/** The text with what the author has filled in; a field that is empty stays as its name in brackets. */
export function fillFields(text: string, fields: PitchV1['fields'] = {}): string {
  return text.replace(/\[(title|genre|words|agent|author|about)\]/g, (placeholder, name: 'title') => fields[name]?.trim() || placeholder);
}

/** A part's sentences in their paragraphs. */
export function paragraphsOf(part: PitchPart): PitchSentence[][] {
  const paragraphs: PitchSentence[][] = [];
  for (const sentence of part.sentences) {
    if (sentence.paragraph || paragraphs.length === 0) paragraphs.push([sentence]);
    else paragraphs.at(-1)?.push(sentence);
  }
  return paragraphs;
}

/** A part as plain text, as it is copied. Scripts without spaces have none between their sentences either. */
export function textOfPart(part: PitchPart, fields?: PitchV1['fields']): string {
  if (part.kind === 'keywords') return part.sentences.map((sentence) => sentence.text).join(', ');
  const join = (sentences: PitchSentence[]): string => sentences.reduce((text, { text: next }) => (text === '' ? next : text + gapAfter(text) + next), '');
  return paragraphsOf(part).map((paragraph) => fillFields(join(paragraph), fields)).join('\n\n');
}

function gapAfter(text: string): string {
  return /[\p{Script=Han}\p{Script=Hiragana}\p{Script=Katakana}。！？」』）]$/u.test(text) ? '' : ' ';
}
