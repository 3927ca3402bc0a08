/** A part carried on from an earlier pitch: only what is stale in it is made again, and never what its author wrote. */
import type { PitchPart, PitchSentence, PitchV1 } from '#schemas/generated/types.ts';
import { countWords } from '../contract/count-words.ts';
import { carrySentence, findNewChapters, isStaleSentence, originOf } from '../contract/pitch.ts';
import type { BookTexts, ChapterText } from './book-texts.ts';
import { budgetOf, tellsAll } from './part-lengths.ts';
import type { PitchWriter } from './pitch-writer.ts';
import { frameLetter } from './query-letter.ts';

export interface CarryOptions {
  book: BookTexts;
  writer: PitchWriter;
  /** What is fresh is made again, too. */
  again: boolean;
}

type Piece = { kept: PitchSentence } | { old: PitchSentence[] };

/** A part that has nothing of its author's and is made from the first word. */
export async function makePart(kind: PitchPart['kind'], { book, writer }: Pick<CarryOptions, 'book' | 'writer'>): Promise<PitchPart> {
  const sentences = await writer.writePart(kind, budgetOf(kind, book.words));
  return { kind, origin: writer.origin, sentences: kind === 'query-letter' ? frameLetter(sentences) : sentences };
}

export async function carryPart(base: PitchV1, part: PitchPart, options: CarryOptions): Promise<PitchPart> {
  const { book, writer, again } = options;
  const hasAuthors = part.origin === 'author' || part.sentences.some((sentence) => originOf(part, sentence) === 'author');
  if (!hasAuthors && (again || part.sentences.length === 0)) return makePart(part.kind, options);
  const pieces = cut(base, part, book, again);
  const sentences: PitchSentence[] = [];
  for (const [index, piece] of pieces.entries()) {
    if ('kept' in piece) sentences.push(piece.kept);
    else sentences.push(...(await rewrite(piece.old, sentences, pieces.slice(index + 1), { book, writer, kind: part.kind })));
  }
  const whole = again ? sentences : await addNewChapters(base, part.kind, sentences, options);
  // All of it was the author's own deletion, or its chapters are gone.
  if (whole.length === 0 && part.sentences.length > 0 && !hasAuthors) return makePart(part.kind, options);
  return { ...part, sentences: whole };
}

/** What stays, and between it the runs that are made again. */
function cut(base: PitchV1, part: PitchPart, book: BookTexts, again: boolean): Piece[] {
  const pieces: Piece[] = [];
  for (const sentence of part.sentences) {
    const origin = originOf(part, sentence);
    const stays = origin === 'author' || origin === 'template' || !(again || isStaleSentence(base, sentence, book.hashes));
    const last = pieces.at(-1);
    if (stays) {
      pieces.push({ kept: carrySentence(base, sentence, book.hashes) });
    } else if (last && 'old' in last) last.old.push(sentence);
    else pieces.push({ old: [sentence] });
  }
  return pieces;
}

async function rewrite(
  old: readonly PitchSentence[],
  before: readonly PitchSentence[],
  rest: readonly Piece[],
  { book, writer, kind }: { book: BookTexts; writer: PitchWriter; kind: PitchPart['kind'] },
): Promise<PitchSentence[]> {
  const named = new Set(old.flatMap((sentence) => sentence.chapter_ids));
  const chapters = book.chapters.filter((chapter) => named.has(chapter.id));
  if (chapters.length === 0) return [];
  const after = rest.flatMap((piece) => ('kept' in piece ? [piece.kept] : []));
  const words = kind === 'keywords' ? old.length : old.reduce((sum, sentence) => sum + countWords(sentence.text), 0);
  const made = await writer.rewriteRun({ kind, old, chapters, before, after, words });
  // Where a paragraph began, one begins.
  return made.map((sentence, index) => (index === 0 && old[0]?.paragraph ? { ...sentence, origin: writer.origin, paragraph: true } : { ...sentence, origin: writer.origin }));
}

/** A chapter that was written since is told where it stands in the book; what doesn't tell the whole book does without it. */
async function addNewChapters(base: PitchV1, kind: PitchPart['kind'], sentences: PitchSentence[], { book, writer }: CarryOptions): Promise<PitchSentence[]> {
  if (!tellsAll(kind)) return sentences;
  const fresh = new Set(findNewChapters(base, book.hashes));
  let whole = sentences;
  for (const chapter of book.chapters.filter(({ id }) => fresh.has(id))) {
    const words = Math.round((budgetOf(kind, book.words) * chapter.words) / book.words);
    const at = placeOf(chapter, whole, book);
    const made = await writer.rewriteRun({ kind, old: [], chapters: [chapter], before: whole.slice(0, at), after: whole.slice(at), words: Math.max(words, 20) });
    whole = whole.toSpliced(at, 0, ...made.map((sentence) => ({ ...sentence, origin: writer.origin })));
  }
  return whole;
}

/** Before the first sentence that rests on later chapters alone. */
function placeOf(chapter: ChapterText, sentences: readonly PitchSentence[], book: BookTexts): number {
  const numbers = new Map(book.chapters.map(({ id, number }) => [id, number]));
  const at = sentences.findIndex(({ chapter_ids }) => chapter_ids.length > 0 && chapter_ids.every((id) => (numbers.get(id) ?? 0) > chapter.number));
  return at < 0 ? sentences.length : at;
}
