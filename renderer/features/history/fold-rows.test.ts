import { expect, test } from 'vitest';
import { compareTexts } from '#app/domain/compare-texts.ts';
import { foldRows } from './fold-rows.ts';

const PARAGRAPHS = Array.from({ length: 12 }, (_none, place) => `Paragraph number ${place}, which nobody changed.`);

test('what did not change is folded, but for a paragraph on either side of a change', () => {
  const after = PARAGRAPHS.with(6, 'Paragraph number 6, which the author changed.');
  const folded = foldRows(compareTexts(PARAGRAPHS.join('\n\n'), after.join('\n\n')));
  expect(folded.map((one) => (one.kind === 'fold' ? one.rows.length : one.row.kind))).toEqual([5, 'same', 'changed', 'same', 4]);
});

test('two paragraphs are not worth a fold, and nothing is left out', () => {
  const after = PARAGRAPHS.with(0, 'New.').with(5, 'New, too.');
  const rows = compareTexts(PARAGRAPHS.join('\n\n'), after.join('\n\n'));
  const folded = foldRows(rows);
  expect(folded.filter(({ kind }) => kind === 'fold')).toHaveLength(1);
  expect(folded.flatMap((one) => (one.kind === 'fold' ? one.rows : [one.row]))).toEqual(rows);
});
