import * as fc from 'fast-check';
import { expect, test } from 'vitest';
import { forEachWord, isSpace } from './words.ts';

const CONTINUOUS = '\\u0e00-\\u0eff\\u1780-\\u17ff\\u2e80-\\u9fff\\uf900-\\ufaff\\u{20000}-\\u{3ffff}';
const WORD = new RegExp(`(?!\\s)[${CONTINUOUS}]|(?:(?![${CONTINUOUS}])\\S)+`, 'gu');

test('white space is what \\s of regular expressions means by it', () => {
  const codes = Array.from({ length: 0x10000 }, (_unit, code) => code);
  expect(codes.filter(isSpace)).toEqual(codes.filter((code) => /\s/.test(String.fromCharCode(code))));
});

test('words of any text, and the white space before them; Thai, Khmer and Han by character, also beyond the first plane', () => {
  const piece = fc.oneof(fc.constantFrom(' ', '\n\n', '\u00a0', 'word', '’s', '守', 'ก', 'ភ', '𠀀', '𰀀', '😀', 'é', '\u3000'), fc.string({ unit: 'grapheme' }));
  fc.assert(
    fc.property(fc.array(piece).map((pieces) => pieces.join('')), (text) => {
      const found: string[] = [];
      let end = 0;
      const last = forEachWord(text, 0, text.length, (from, to, before) => {
        expect([before, text.slice(before, from).trim()]).toEqual([end, '']);
        found.push(text.slice(from, to));
        end = to;
      });
      expect(found).toEqual(text.match(WORD) ?? []);
      expect(last).toBe(end);
    }),
  );
});
