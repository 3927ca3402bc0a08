import { readFileSync } from 'node:fs';
import * as fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { findMinimalChanges, type TextChange } from './minimal-changes.ts';

const chapter = readFileSync(new URL('../../../manuscripts/frankenstein/012.md', import.meta.url), 'utf8');

function apply(text: string, changes: readonly TextChange[]): string {
  let out = '';
  let at = 0;
  for (const { from, to, insert } of changes) {
    expect(from).toBeGreaterThanOrEqual(at);
    out += text.slice(at, from) + insert;
    at = to;
  }
  return out + text.slice(at);
}

const prose = fc.array(fc.constantFrom('the keeper', ' climbed', '\n\n', '\n', ' ', '“dusk”', '😀', 'é', '*a*'), { maxLength: 40 }).map((parts) => parts.join(''));

describe('minimal changes', () => {
  test('turn any text into any other', () => {
    fc.assert(fc.property(prose, prose, (before, after) => void expect(apply(before, findMinimalChanges(before, after))).toBe(after)), { numRuns: 2000 });
    fc.assert(fc.property(fc.string({ unit: 'binary' }), fc.string({ unit: 'binary' }), (before, after) => void expect(apply(before, findMinimalChanges(before, after))).toBe(after)), { numRuns: 500 });
  });

  test('leave every character between two distant edits alone', () => {
    const paragraphs = chapter.split('\n\n');
    const after = paragraphs.with(1, `${paragraphs[1]} At once.`).with(paragraphs.length - 2, `So ${paragraphs.at(-2)}`).join('\n\n');
    const changes = findMinimalChanges(chapter, after);
    expect(apply(chapter, changes)).toBe(after);
    expect(changes.reduce((sum, change) => sum + change.to - change.from, 0)).toBeLessThan(3);
    expect(changes.reduce((sum, change) => sum + change.insert.length, 0)).toBeLessThan(" At once.So ".length + 3);
  });

  test('a word changed in a paragraph is one change of that word', () => {
    expect(findMinimalChanges('The keeper climbed.\n\nNobody came.', 'The keeper climbed.\n\nNothing came.')).toEqual([{ from: 23, to: 27, insert: 'thing' }]);
  });

  test('a surrogate pair is never cut', () => {
    for (const { from, to, insert } of findMinimalChanges('a😀b', 'a😁b')) {
      expect('a😀b'.slice(from, to)).toBe('😀');
      expect(insert).toBe('😁');
    }
  });
});
