import { readFileSync } from 'node:fs';
import * as fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { countWords } from './count-words.ts';

describe('the count of words', () => {
  it('is what a split on white space gives, for any text, without what names a footnote', () => {
    const pieces = fc.array(fc.constantFrom('a', '[^1]', '[^ä', ']', ':', 'ü', '“', '—', ' ', '\n', '\t', '\r\n', '\u00a0', '\u2009', '\u3000', '\ufeff', '\u200b', '👩‍🚀'));
    fc.assert(
      fc.property(fc.oneof(fc.string({ unit: 'binary' }), pieces.map((parts) => parts.join(''))), (text) => {
        expect(countWords(text)).toBe((text.replace(/(?<!\S)(?:\[\^[^\s\]]+\])+:?(?!\S)/g, ' ').match(/\S+/g) ?? []).length);
      }),
    );
  });

  it('has a note’s words, but not its name', () => {
    expect(countWords('The keeper[^1] climbed [^2] on.\n\n[^1]: Of the lamp.\n[^2]: Slowly.')).toBe(8);
  });

  it.each(['frankenstein', 'war-and-peace'])('is what book.json states, for each chapter of %s', (name) => {
    const folder = new URL(`../../manuscripts/${name}/`, import.meta.url);
    const book = JSON.parse(readFileSync(new URL('book.json', folder), 'utf8')) as { chapters: { file: string; words: number }[] };
    const counted = book.chapters.map(({ file }) => ({ file, words: countWords(readFileSync(new URL(file, folder), 'utf8')) }));
    expect(counted).toEqual(book.chapters.map(({ file, words }) => ({ file, words })));
  });
});
