import fc from 'fast-check';
import { expect, test } from 'vitest';
import { splitParagraphs } from '#processors/contract/passages.ts';
import { compareTexts, compareWords, type ComparedParagraph } from './compare-texts.ts';

const kindsOf = (rows: readonly ComparedParagraph[]): string[] => rows.map(({ kind }) => kind);
const textOf = (row: ComparedParagraph, without: 'added' | 'removed'): string => row.pieces.filter(({ kind }) => kind !== without).map(({ text }) => text).join('');

test('what was changed, removed and added is told apart, and the rest is the same', () => {
  const before = 'Dusk.\n\nThe lamp burnt low in the tower.\n\nNobody came.\n\nA gull cried.';
  const after = 'Dusk.\n\nThe lamp burnt high in the old tower.\n\nA gull cried.\n\nThen a knock at the door.';
  const rows = compareTexts(before, after);
  expect(kindsOf(rows)).toEqual(['same', 'changed', 'removed', 'same', 'added']);
  expect(rows[1]!.pieces).toEqual([
    { kind: 'same', text: 'The lamp burnt ' },
    { kind: 'removed', text: 'low' },
    { kind: 'added', text: 'high' },
    { kind: 'same', text: ' in the' },
    { kind: 'added', text: ' old' },
    { kind: 'same', text: ' tower.' },
  ]);
  expect(rows[2]).toMatchObject({ before: { first: 2, count: 1 }, after: { first: 2, count: 0 } });
  expect(rows[4]).toMatchObject({ before: { first: 4, count: 0 }, after: { first: 3, count: 1 } });
});

test('a paragraph between others that were rewritten finds the one it became', () => {
  const before = 'One thing entirely.\n\nThe keeper climbed the stairs at dusk.\n\nAnother thing.';
  const after = 'Fresh words here now.\n\nSomething else.\n\nThe keeper climbed the stairs at dawn.\n\nLast lines differ wholly.';
  const changed = compareTexts(before, after).filter(({ kind }) => kind === 'changed');
  expect(changed).toHaveLength(1);
  expect(changed[0]).toMatchObject({ before: { first: 1, count: 1 }, after: { first: 2, count: 1 } });
});

test('changes with nothing but a gap or a sign between them read as one', () => {
  expect(compareWords('He saw a red fox there.', 'He saw the old wolf there.')).toEqual([
    { kind: 'same', text: 'He saw ' },
    { kind: 'removed', text: 'a red fox' },
    { kind: 'added', text: 'the old wolf' },
    { kind: 'same', text: ' there.' },
  ]);
});

test('words that were put in take no gap away', () => {
  const pieces = compareWords('He was proud of a pearly whiteness.', 'He was proud of Rain fell on the panes all night.a pearly whiteness.');
  expect(pieces.filter(({ kind }) => kind !== 'same')).toEqual([{ kind: 'added', text: 'Rain fell on the panes all night.' }]);
});

test('a text in a script without spaces is compared by character', () => {
  expect(compareWords('灯台守は階段を登った。', '灯台守は梯子を登った。')).toContainEqual({ kind: 'removed', text: '階段' });
});

test('both texts can be read from any comparison, in order, and each place names its paragraphs', () => {
  const word = fc.constantFrom('dusk', 'lamp', 'the', 'the', 'keeper', 'stairs', 'rain', ',', 'it’s');
  const paragraph = fc.array(word, { minLength: 1, maxLength: 12 }).map((words) => words.join(' '));
  const text = fc.array(paragraph, { maxLength: 12 }).map((paragraphs) => paragraphs.join('\n\n'));
  fc.assert(
    fc.property(text, text, (before, after) => {
      const rows = compareTexts(before, after);
      for (const [side, own, without] of [[before, 'before', 'added'], [after, 'after', 'removed']] as const) {
        const mine = rows.filter((row) => row[own].count > 0);
        expect(mine.map((row) => textOf(row, without))).toEqual(splitParagraphs(side).map((found) => found.text));
        expect(mine.map((row) => row[own].first)).toEqual(mine.map((_row, place) => place));
      }
    }),
    { numRuns: 500 },
  );
});

test('a chapter in which every paragraph was touched is compared paragraph by paragraph', () => {
  const paragraphs = Array.from({ length: 400 }, (_none, i) => Array.from({ length: 50 }, (_word, j) => `word${(i * 7 + j * 13) % 900}`).join(' '));
  const rows = compareTexts(paragraphs.join('\n\n'), paragraphs.map((paragraph) => `“${paragraph}”`).join('\n\n'));
  expect(rows.map(({ before, after }) => [before.first, after.first])).toEqual(paragraphs.map((_paragraph, i) => [i, i]));
  expect(new Set(kindsOf(rows))).toEqual(new Set(['changed']));
});
