import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import type { RectoError } from '#schemas/errors.ts';
import type { PackedContent, SnapshotV1 } from '#schemas/generated/types.ts';
import { hashContent, keyframeOf, packContent, readSnapshot, type Keyframe } from './snapshot-content.ts';

const toBytes = (content: object): Uint8Array => new TextEncoder().encode(JSON.stringify(content));
const pack = (content: object, keyframe: Keyframe | null = null): PackedContent => packContent(toBytes(content), hashContent(toBytes(content)), keyframe);
const snapshot = (packed: PackedContent): SnapshotV1 => ({ of_schema_id: 'text-input-v2', of_version: 1, reason: 'session', packed });
const damaged = expect.objectContaining({ code: 'storage_damaged' }) as RectoError;

function readOrCode(kept: SnapshotV1, keyframe: SnapshotV1): string {
  try {
    return JSON.stringify(readSnapshot(kept, keyframe));
  } catch (thrown) {
    return (thrown as RectoError).code;
  }
}

const paragraph = fc.stringMatching(/^[A-Za-z ,.“”äöüß—🕯東]{1,200}$/u);
const chapter = fc.array(paragraph, { minLength: 1, maxLength: 30 });

describe('what a snapshot keeps', () => {
  it('is read as it was kept, whole or as a difference, whatever it is', () => {
    fc.assert(
      fc.property(chapter, chapter, fc.nat(30), (before, more, at) => {
        const first = { content: before.join('\n\n'), metadata: { book_id: 'b' } };
        const second = { content: before.toSpliced(at, 1, ...more).join('\n\n'), unknown: [1, null, { deep: true }] };
        const whole = snapshot(pack(first));
        expect(readSnapshot(whole)).toEqual(first);
        const next = snapshot(pack(second, { id: 'k', bytes: toBytes(first) }));
        expect(readSnapshot(next, keyframeOf(next) === 'k' ? whole : null)).toEqual(second);
      }),
    );
  });

  it('is small where little has changed, and stands by itself where much has', () => {
    const text = Array.from({ length: 800 }, (_, index) => `Sentence ${index} of a chapter says what ${index * 7919} said.`).join(' ');
    const keyframe = { id: 'k', bytes: toBytes({ content: text }) };
    const edited = pack({ content: text.replace('Sentence 400', 'What was once sentence 400') }, keyframe);
    expect(edited.keyframe).toBe('k');
    expect(edited.deflate.length).toBeLessThan(200);
    expect(keyframeOf(snapshot(pack({ content: [...text].toReversed().join('') }, keyframe)))).toBeNull();
  });

  it('that came before the packing is read as ever', () => {
    expect(readSnapshot({ of_schema_id: 'text-input-v2', of_version: 1, reason: 'named', content: { content: 'Old.' } })).toEqual({ content: 'Old.' });
  });

  it('is refused, not guessed, where any letter of it has changed, or what it stands on is missing', () => {
    const first = { content: 'It was dark. '.repeat(200) };
    const keyframe = snapshot(pack(first));
    const next = snapshot(pack({ content: `${first.content}And cold.` }, { id: 'k', bytes: toBytes(first) }));
    expect(() => readSnapshot(next)).toThrow(damaged);
    expect(() => readSnapshot(next, snapshot(pack({ content: 'Another text. '.repeat(200) })))).toThrow(damaged);
    // A difference never stands on a difference.
    expect(() => readSnapshot(next, next)).toThrow(damaged);
    fc.assert(
      fc.property(fc.constantFrom(keyframe, next), fc.nat(), fc.constantFrom('A', 'b', '7', '/', '%', ''), (kept, at, letter) => {
        const { deflate } = kept.packed!;
        const index = at % deflate.length;
        const changed = deflate.slice(0, index) + letter + deflate.slice(index + 1);
        // Base64 has bits that say nothing.
        expect(['storage_damaged', JSON.stringify(readSnapshot(kept, keyframe))]).toContain(readOrCode({ ...kept, packed: { ...kept.packed!, deflate: changed } }, keyframe));
      }),
    );
  });

  it('never unpacks to more than it says, however much is packed into it', () => {
    const bomb = pack({ content: 'a'.repeat(1_000_000) });
    expect(() => readSnapshot(snapshot({ ...bomb, size_bytes: 1000 }))).toThrow(damaged);
    expect(() => readSnapshot(snapshot({ ...bomb, size_bytes: 2 ** 40 }))).toThrow(damaged);
  });
});
