import { expect, test } from 'vitest';
import { STANDARD_PRESETS } from '#app/domain/standard-presets.ts';
import { findDataErrors } from '#schemas/blob.ts';
import { layoutFor } from './compile-formats.ts';

test('a layout goes from one format to another without what the other does not read', () => {
  const layout = { chapter_heading: 'number', scene_break: '#', style: 'manuscript-modern', fields: { isbn: '1' } } as const;
  expect(layoutFor('docx', layout)).toEqual(layout);
  expect(layoutFor('epub', layout)).toEqual({ chapter_heading: 'number', scene_break: '#', fields: { isbn: '1' } });
  expect(layoutFor('markdown', layout)).toEqual({ chapter_heading: 'number', fields: { isbn: '1' } });
  expect(layoutFor('docx', { style: 'print' })).toEqual({});
});

test('the presets that ship can be kept in a book, and say nothing that their format does not read', () => {
  expect(findDataErrors('book-v1', { title: '', author: '', chapters: [], presets: [...STANDARD_PRESETS] })).toEqual([]);
  for (const { format, layout } of STANDARD_PRESETS) expect(layoutFor(format, layout)).toEqual(layout);
  expect(new Set(STANDARD_PRESETS.map(({ id }) => id)).size).toBe(STANDARD_PRESETS.length);
});
