import { expect, test } from 'vitest';
import type { BookView, ChapterView } from '#app/recto-app.ts';
import { cssString, toPreviewRequest } from './preview-request.ts';

const chapter = (id: string, words: number, isIncluded = true) => ({ id, words, isIncluded }) as ChapterView;
const book = { chapters: [chapter('a', 10), chapter('b', 900, false), chapter('c', 1_490), chapter('d', 5), chapter('e', 5)] } as BookView;

test('the first pages are of the first chapters that go in, as many as fill them', () => {
  const layout = { chapter_heading: 'number', scene_break: '#' } as const;
  const request = toPreviewRequest(book, { bookId: 'x', format: 'docx', layout });
  expect(request).toEqual({ bookId: 'x', format: 'html', layout: { chapter_heading: 'number' }, chapterIds: ['a', 'c'] });
  expect(toPreviewRequest(book, { bookId: 'x', format: 'docx', chapterIds: ['b', 'e'] }).chapterIds).toEqual(['b', 'e']);
});

test('whatever stands between scenes stays inside its string', () => {
  expect(cssString('"; } \\ * { color: red')).toBe('"\\"; } \\\\ * { color: red"');
});
