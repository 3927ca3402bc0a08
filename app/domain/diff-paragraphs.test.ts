import * as fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { diffParagraphs } from './diff-paragraphs.ts';

const SENTENCE = 'The keeper of the lighthouse climbed the stairs at dusk, and nobody had come since March';
const numbered = (count: number): string[] => Array.from({ length: count }, (_paragraph, i) => `${i}: ${SENTENCE}, ${i * 7}.`);

describe('diffParagraphs', () => {
  test('paragraphs that were each edited are a change each, the ones between them none', () => {
    const base = numbered(6);
    const other = base.map((paragraph, i) => (i === 1 || i === 2 || i === 4 ? paragraph.replace('climbed', 'ran up') : paragraph));
    expect(diffParagraphs(base, other).map((hunk) => [hunk.baseStart, hunk.baseEnd, hunk.start, hunk.end])).toEqual([[1, 2, 1, 2], [2, 3, 2, 3], [4, 5, 4, 5]]);
  });

  test('a paragraph added between two that were edited is found apart from what follows', () => {
    const base = numbered(5);
    const other = base.with(1, base[1]!.replace('dusk', 'dawn')).toSpliced(2, 0, 'Nobody knew why.');
    expect(diffParagraphs(base, other)).toEqual([{ baseStart: 1, baseEnd: 2, start: 1, end: 3 }]);
  });

  test('a block of many paragraphs that moved leaves the others where they are', () => {
    const base = numbered(40);
    const moved = base.slice(2, 14);
    const hunks = diffParagraphs(base, [...base.slice(0, 2), ...base.slice(14), ...moved]);
    expect(hunks).toEqual([{ baseStart: 2, baseEnd: 14, start: 2, end: 2 }, { baseStart: 40, baseEnd: 40, start: 28, end: 40 }]);
  });

  test('any two texts: the changes, made to the one, give the other', () => {
    const paragraph = fc.constantFrom('* * *', '“Yes.”', ...numbered(4), ...numbered(4).map((text) => text.replace('dusk', 'dawn')));
    fc.assert(
      fc.property(fc.array(paragraph, { maxLength: 30 }), fc.array(paragraph, { maxLength: 30 }), (base, other) => {
        const made: string[] = [];
        let place = 0;
        for (const hunk of diffParagraphs(base, other)) {
          made.push(...base.slice(place, hunk.baseStart));
          expect(made.length).toBe(hunk.start);
          made.push(...other.slice(hunk.start, hunk.end));
          place = hunk.baseEnd;
        }
        expect([...made, ...base.slice(place)]).toEqual(other);
      }),
      { numRuns: 1000 },
    );
  });
});
