import { expect, it } from 'vitest';
import type { PitchSentence, PitchV1 } from '#schemas/generated/types.ts';
import type { Blob } from '#schemas/blob.ts';
import { mergeBlob } from './merge-blob.ts';
import { mergePitch } from './merge-pitch.ts';

const made = (text: string): PitchSentence => ({ text, chapter_ids: [] });
const mine = (text: string): PitchSentence => ({ text, chapter_ids: [], origin: 'author' });
const pitch = (logline: PitchSentence[], blurb: PitchSentence[], fields?: PitchV1['fields']): PitchV1 => ({
  parts: [{ kind: 'logline', origin: 'extractive', sentences: logline }, { kind: 'back-cover', origin: 'extractive', sentences: blurb }],
  metadata: { provider: 'built-in' },
  ...(fields && { fields }),
});
const texts = ({ parts }: PitchV1): string[][] => parts.map(({ sentences }) => sentences.map(({ text }) => text));

const base = pitch([made('A.')], [made('B.'), made('C.')]);

it('has what was written in different parts, and each field', () => {
  const here = pitch([mine('A keeper waits.')], [made('B.'), made('C.')], { genre: 'gothic' });
  const there = pitch([made('A.')], [made('B.'), mine('Storm.')], { agent: 'Ms Reed' });
  const merged = mergePitch(base, here, there, true);
  expect(texts(merged)).toEqual([['A keeper waits.'], ['B.', 'Storm.']]);
  expect(merged.fields).toEqual({ genre: 'gothic', agent: 'Ms Reed' });
});

it('has both where both wrote in the same part', () => {
  const here = pitch([made('A.')], [made('B.'), mine('Here.')]);
  const there = pitch([made('A.')], [made('B.'), mine('There.')]);
  expect(texts(mergePitch(base, here, there, true))[1]).toEqual(['B.', 'There.', 'Here.']);
});

it('keeps the author’s words beside a run that made the part anew', () => {
  const anew = pitch([made('New.')], [made('D.'), made('E.')]);
  expect(texts(mergePitch(base, anew, pitch([made('A.')], [made('B.'), mine('Storm.')]), true))).toEqual([['New.'], ['B.', 'Storm.']]);
  expect(texts(mergePitch(base, pitch([made('A.')], [made('B.'), mine('Storm.')]), anew, false))).toEqual([['A.'], ['B.', 'Storm.']]);
});

it('is the same on either device when both edited one blob', () => {
  const blob = (data: PitchV1, version: number): Blob => ({
    id: 'p', user_id: 'u', processor_id: 'user-input', schema_id: 'pitch-v1', data: { ...data }, tags: [], version,
    created_at: '2026-11-01T10:00:00.000Z', updated_at: '2026-11-01T10:00:00.000Z', deleted: false,
  });
  const start = blob(base, 1);
  const [a, b] = [blob(pitch([mine('A keeper waits.')], [made('B.'), mine('Here.')]), 2), blob(pitch([made('A.')], [made('B.'), mine('There.')]), 2)];
  const [one, other] = [mergeBlob(start, a, b), mergeBlob(start, b, a)];
  expect(one).toEqual(other);
  expect(one.conflicts).toBe(0);
  expect(texts(one.blob.data as unknown as PitchV1).flat()).toEqual(expect.arrayContaining(['A keeper waits.', 'Here.', 'There.']));
});
