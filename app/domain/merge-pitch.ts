/**
 * Two pitches of one book that each went on from the same one: on two devices, or by a run elsewhere. Every sentence that
 * an author wrote is in what comes of them; what a processor wrote is the ground's.
 */
import { carrySentence, type ChapterHashes } from '#processors/contract/pitch.ts';
import type { PitchPart, PitchSentence, PitchV1 } from '#schemas/generated/types.ts';

/**
 * @param base what both went on from; null where it is not known
 * @param ground whose order and processor's sentences are taken where both differ
 * @param hasHand the author changed the other by hand: also a sentence that it lacks is the author's doing
 */
export function mergePitch(base: PitchV1 | null, ground: PitchV1, other: PitchV1, hasHand: boolean): PitchV1 {
  const today: ChapterHashes = new Map(ground.metadata.sources?.map((source) => [source.chapter_id, source.hash]));
  const partIn = (pitch: PitchV1 | null, kind: PitchPart['kind']): PitchPart | undefined => pitch?.parts.find((part) => part.kind === kind);
  const kinds = new Set([...ground.parts, ...other.parts].map(({ kind }) => kind));
  const parts = [...kinds].flatMap((kind): PitchPart[] => {
    const [was, mine, theirs] = [partIn(base, kind), partIn(ground, kind), partIn(other, kind)];
    if (!mine || !theirs) return mine ?? theirs ? [(mine ?? theirs)!] : [];
    const carried = { ...theirs, sentences: theirs.sentences.map((sentence) => carrySentence(other, sentence, today)) };
    const written = newWords(was, carried);
    const isChanged = written.length > 0 || (hasHand && !isSame(was, theirs));
    if (!isChanged || isSame(mine, theirs)) return [mine];
    // What a processor made anew there gives way to the author's, as in every run.
    if (newWords(was, mine).length === 0 && !(mine.sentences.length === 0 && mine.origin === 'author')) return [carried];
    return [{ ...mine, sentences: insertMissing(mine.sentences, carried.sentences, new Set(written)) }];
  });
  const fields = { ...ground.fields, ...changed(base?.fields, other.fields), ...changed(base?.fields, ground.fields) };
  return { ...ground, parts, ...(Object.keys(fields).length > 0 && { fields }) };
}

/** The author's sentences that the base has not. */
function newWords(was: PitchPart | undefined, is: PitchPart): PitchSentence[] {
  const known = new Set(was?.sentences.filter((sentence) => isAuthors(was, sentence)).map(({ text }) => text));
  return is.sentences.filter((sentence) => isAuthors(is, sentence) && !known.has(sentence.text));
}

function isAuthors(part: PitchPart, sentence: PitchSentence): boolean {
  return (sentence.origin ?? part.origin) === 'author';
}

/** Each behind the sentence that it follows in the other, where that stands here too; else at the end. */
function insertMissing(mine: readonly PitchSentence[], theirs: readonly PitchSentence[], written: ReadonlySet<PitchSentence>): PitchSentence[] {
  const merged = [...mine];
  const placeOf = (text: string | undefined): number => merged.findIndex((sentence) => sentence.text === text);
  for (const [index, sentence] of theirs.entries()) {
    if (!written.has(sentence) || placeOf(sentence.text) >= 0) continue;
    const before = placeOf(theirs[index - 1]?.text);
    merged.splice(index === 0 ? 0 : before >= 0 ? before + 1 : merged.length, 0, { ...sentence, origin: 'author' });
  }
  return merged;
}

function changed(was: PitchV1['fields'] = {}, now: PitchV1['fields'] = {}): NonNullable<PitchV1['fields']> {
  return Object.fromEntries(Object.entries(now).filter(([name, value]) => was[name as keyof typeof was] !== value));
}

function isSame(a: PitchPart | undefined, b: PitchPart): boolean {
  return JSON.stringify(a?.sentences) === JSON.stringify(b.sentences);
}
