/** What an author does to a pitch: edits a part, says that a sentence is good, fills in a field. Pure: old data in, new data out. */
import type { PitchPart, PitchSentence, PitchV1 } from '#schemas/generated/types.ts';
import { alignRuns } from './align-runs.ts';
import { carrySentence, fillFields, textOfPart, type ChapterHashes, type PitchKind } from './pitch.ts';
import { splitPlainSentences } from './plain-sentences.ts';

/**
 * The pitch with the author's text as one of its parts. Sentences that stand as they were keep all they had; the
 * others are the author's, and rest on the chapters of those they took the place of, as these are today.
 */
export function applyPitchEdit(pitch: PitchV1, kind: PitchKind, text: string, today: ChapterHashes, language?: string): PitchV1 {
  const part = pitch.parts.find((candidate) => candidate.kind === kind) ?? { kind, sentences: [] };
  if (text.trim() === textOfPart(part, pitch.fields)) return pitch;
  const is = splitPart(kind, text, language);
  const was = part.sentences.map((sentence) => fillFields(sentence.text, pitch.fields));
  const runs = was.map((_sentence, first) => ({ first, count: 1 }));
  const sentences: PitchSentence[] = [];
  for (const piece of alignRuns(was, is.map((sentence) => sentence.text), runs)) {
    const before = piece.run === null ? undefined : part.sentences[piece.run];
    for (const written of is.slice(piece.first, piece.first + piece.count)) {
      const stands = before !== undefined && piece.run !== null && written.text === was[piece.run];
      if (stands) sentences.push(inParagraph(before, written.paragraph));
      else sentences.push(byAuthor(pitch, before ?? sentences.at(-1), written, today));
    }
  }
  return withPart(pitch, { ...part, sentences, ...(sentences.length === 0 && { origin: 'author' as const }) });
}

function splitPart(kind: PitchKind, text: string, language?: string): { text: string; paragraph: boolean }[] {
  if (kind === 'keywords') return text.split(/[,;\n、，]+/).map((word) => ({ text: word.trim(), paragraph: false })).filter((word) => word.text !== '');
  return text
    .split(/\n\s*\n/)
    .flatMap((paragraph) => splitPlainSentences(paragraph.replace(/\s+/g, ' ').trim(), language).map((sentence, index) => ({ text: sentence, paragraph: index === 0 })));
}

function inParagraph({ paragraph: _was, ...sentence }: PitchSentence, paragraph: boolean): PitchSentence {
  return { ...sentence, ...(paragraph && { paragraph }) };
}

/** What the author writes rests on its chapters as they are now: it is they who have just said so. */
function byAuthor(pitch: PitchV1, before: PitchSentence | undefined, written: { text: string; paragraph: boolean }, today: ChapterHashes): PitchSentence {
  const chapter_ids = (before?.chapter_ids ?? []).filter((id) => today.has(id));
  const quotes = before?.quotes?.filter((quote) => today.has(quote.chapter_id));
  const edited: PitchSentence = { text: written.text, chapter_ids, origin: 'author', ...(written.paragraph && { paragraph: true }), ...(quotes?.length && { quotes }) };
  return levelWith(pitch, edited, today);
}

/** A sentence that is right for its chapters as they are today, in a pitch that was made from others. */
function levelWith(pitch: PitchV1, { sources: _sources, ...sentence }: PitchSentence, today: ChapterHashes): PitchSentence {
  const sources = sentence.chapter_ids.flatMap((chapter_id) => {
    const hash = today.get(chapter_id);
    const made = pitch.metadata.sources?.find((source) => source.chapter_id === chapter_id)?.hash;
    return hash === undefined || hash === made ? [] : [{ chapter_id, hash }];
  });
  return { ...sentence, ...(sources.length > 0 && { sources }) };
}

/** Says that a sentence is good as it is, whatever its chapters say now: it is the author's, and level with them. */
export function keepPitchSentence(pitch: PitchV1, kind: PitchKind, index: number, today: ChapterHashes): PitchV1 {
  const part = pitch.parts.find((candidate) => candidate.kind === kind);
  const sentence = part?.sentences[index];
  if (!part || !sentence) return pitch;
  const kept = levelWith(pitch, { ...sentence, origin: 'author', chapter_ids: sentence.chapter_ids.filter((id) => today.has(id)) }, today);
  return withPart(pitch, { ...part, sentences: part.sentences.with(index, kept) });
}

export type PitchField = 'genre' | 'agent' | 'about';

export function fillPitchField(pitch: PitchV1, field: PitchField, value: string): PitchV1 {
  return (pitch.fields?.[field] ?? '') === value ? pitch : { ...pitch, fields: { ...pitch.fields, [field]: value } };
}

/**
 * A pitch that was made while its author went on with the one it is based on: what they wrote since goes on with it, a
 * part at a time.
 * @param was the pitch as the run read it
 * @param now the pitch as the author has it now
 */
export function carryPitchEdits(was: PitchV1, now: PitchV1, made: PitchV1): PitchV1 {
  const today: ChapterHashes = new Map(made.metadata.sources?.map((source) => [source.chapter_id, source.hash]));
  const parts = made.parts.map((part) => {
    const [before, after] = [was, now].map((pitch) => pitch.parts.find((candidate) => candidate.kind === part.kind));
    if (!after || JSON.stringify(before?.sentences) === JSON.stringify(after.sentences)) return part;
    return { ...after, sentences: after.sentences.map((sentence) => carrySentence(now, sentence, today)) };
  });
  return { ...made, parts, ...((made.fields || now.fields) && { fields: { ...made.fields, ...changedFields(was.fields, now.fields) } }) };
}

function changedFields(was: PitchV1['fields'] = {}, now: PitchV1['fields'] = {}): NonNullable<PitchV1['fields']> {
  return Object.fromEntries(Object.entries(now).filter(([name, value]) => was[name] !== value));
}

function withPart(pitch: PitchV1, part: PitchPart): PitchV1 {
  const known = pitch.parts.some((candidate) => candidate.kind === part.kind);
  return { ...pitch, parts: known ? pitch.parts.map((candidate) => (candidate.kind === part.kind ? part : candidate)) : [...pitch.parts, part] };
}
