import * as fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import type { ExpandedTextV1 } from '#schemas/generated/types.ts';
import { assemblePassages } from './assemble-passages.ts';
import { applyExpansionEdit, discardPassage, draftPart, expansionRatio, keepPassage } from './passage-edits.ts';
import { alignPassages, countWords, hashParagraphs, passagesOf, splitParagraphs, standsAsItIs, textOf } from './passages.ts';
import { segmentDraft } from './segment-draft.ts';

/** An expansion as a run makes it: each segment's text and a line that was grown from it. */
function grow(draft: string, origin: 'model' | 'author' = 'model'): ExpandedTextV1 {
  const paragraphs = splitParagraphs(draft);
  const parts = segmentDraft(draft).map((segment) => {
    const own = paragraphs.slice(segment.first, segment.first + segment.count);
    const part = draftPart(draft, segment, own);
    return segment.verbatim ? part : { ...part, origin, text: `${part.text} Grown ${hashParagraphs(own).slice(0, 6)}.` };
  });
  const { expanded, passages } = assemblePassages(parts);
  return { original: draft, expanded, passages, expansion_ratio: expansionRatio(draft, expanded) };
}

function expectWhole(expansion: ExpandedTextV1): void {
  let end = 0;
  for (const { span } of expansion.passages ?? []) {
    expect(span.start).toBeGreaterThanOrEqual(end);
    expect(span.end).toBeGreaterThanOrEqual(span.start);
    expect(expansion.expanded.slice(end, span.start).trim()).toBe('');
    end = span.end;
  }
  expect(expansion.expanded.slice(end).trim()).toBe('');
}

function expectCovered(draft: string, expansion: ExpandedTextV1): void {
  let next = 0;
  for (const [index, aligned] of alignPassages(draft, expansion).entries()) {
    expect(aligned.index).toBe(index);
    expect(aligned.draft.first).toBe(next);
    next += aligned.draft.count;
  }
  expect(next).toBe(splitParagraphs(draft).length);
}

const word = fc.stringMatching(/^[a-z]{2,8}$/);
const sentence = fc.array(word, { minLength: 3, maxLength: 30 }).map((words) => `${words.join(' ')}.`);
const paragraph = fc.oneof({ weight: 8, arbitrary: sentence }, { weight: 1, arbitrary: fc.constant('* * *') }, { weight: 1, arbitrary: fc.constant('## Part') });
const paragraphs = fc.array(paragraph, { minLength: 1, maxLength: 14 });
const long = fc.array(word, { minLength: 41, maxLength: 60 }).map((words) => `${words.join(' ')}.`);
const distinctLong = fc.uniqueArray(long, { minLength: 2, maxLength: 10 });
const anyText = fc.oneof(fc.string({ unit: 'binary' }), fc.string(), fc.array(fc.constantFrom('\ud800', 'a', ' ', '\r\n', '\n', '\n\n', '\t', '[^1]', ':', '\n\n    ', '# ', '> ', '“', '\u00a0', '\u2028')).map((parts) => parts.join('')));

describe('splitParagraphs', () => {
  it('gives every word to one paragraph, at its offsets', () => {
    fc.assert(
      fc.property(anyText, (text) => {
        let end = 0;
        for (const found of splitParagraphs(text)) {
          expect(text.slice(found.start, found.end)).toBe(found.text);
          expect(text.slice(end, found.start).trim()).toBe('');
          end = found.end;
        }
        expect(text.slice(end).trim()).toBe('');
      }),
    );
  });

  it('splits at lines with nothing but blanks, whatever ends a line', () => {
    expect(splitParagraphs('a\r\n \t\r\nb\nc\n\nd').map(({ text }) => text)).toEqual(['a', 'b\nc', 'd']);
  });

  it('keeps a footnote in one piece, also right behind a paragraph', () => {
    expect(splitParagraphs('a[^1]\n[^1]: b\nc\n\n    d\n\n\te\n\nf\n\n    g').map(({ text }) => text)).toEqual(['a[^1]', '[^1]: b\nc\n\n    d\n\n\te', 'f', 'g']);
    expect(standsAsItIs('[^1]: b\n\n    d')).toBe(true);
  });

  it('takes a paragraph of ten million characters', () => {
    const text = 'a '.repeat(5_000_000);
    expect(splitParagraphs(text)[0]?.end).toBe(text.length - 1);
  });
});

describe('alignPassages', () => {
  it('covers any draft with any expansion, in order', () => {
    fc.assert(
      fc.property(anyText, anyText, (before, now) => {
        expectCovered(now, grow(before));
        expectCovered(now, { original: before, expanded: before, expansion_ratio: 1 });
        expect(alignPassages(now, { original: before, expanded: before, expansion_ratio: 1 }).length).toBeLessThanOrEqual(3);
      }),
    );
  });

  it('finds all fresh when nothing has changed', () => {
    fc.assert(
      fc.property(paragraphs, (blocks) => {
        const draft = blocks.join('\n\n');
        expect(alignPassages(draft, grow(draft)).filter(({ state }) => state !== 'fresh')).toEqual([]);
      }),
    );
  });

  it('makes one passage stale when one paragraph is edited, and no other', () => {
    fc.assert(
      fc.property(distinctLong, fc.nat(), fc.oneof(word, long), fc.boolean(), (blocks, place, text, whole) => {
        const at = place % blocks.length;
        const now = blocks.map((block, index) => (index === at ? (whole ? `new ${text}` : `${text} ${block}`) : block)).join('\n\n');
        const aligned = alignPassages(now, grow(blocks.join('\n\n')));
        expect(aligned.map(({ state }) => state)).toEqual(blocks.map((_, index) => (index === at ? 'stale' : 'fresh')));
        expect(aligned.map(({ draft }) => draft.count)).toEqual(blocks.map(() => 1));
      }),
    );
  });

  it('gives an inserted paragraph a passage of its own', () => {
    fc.assert(
      fc.property(distinctLong, fc.nat(), (blocks, place) => {
        const at = place % (blocks.length + 1);
        const aligned = alignPassages(blocks.toSpliced(at, 0, 'Quite new 1 2 3.').join('\n\n'), grow(blocks.join('\n\n')));
        expect(aligned.map(({ state }) => state)).toEqual(blocks.map(() => 'fresh').toSpliced(at, 0, 'draft'));
      }),
    );
  });

  it('leaves a removed paragraph’s passage without a source, and the others fresh', () => {
    fc.assert(
      fc.property(distinctLong, fc.nat(), (blocks, place) => {
        const at = place % blocks.length;
        const aligned = alignPassages(blocks.toSpliced(at, 1).join('\n\n'), grow(blocks.join('\n\n')));
        expect(aligned.map(({ state }) => state)).toEqual(blocks.map((_, index) => (index === at ? 'stale' : 'fresh')));
        expect(aligned[at]?.draft.count).toBe(0);
      }),
    );
  });

  it('keeps all but a moved paragraph fresh', () => {
    fc.assert(
      fc.property(distinctLong, fc.nat(), fc.nat(), (blocks, from, to) => {
        const at = from % blocks.length;
        const rest = blocks.toSpliced(at, 1);
        const moved = rest.toSpliced(to % blocks.length, 0, blocks[at] ?? '');
        const states = alignPassages(moved.join('\n\n'), grow(blocks.join('\n\n'))).map(({ state }) => state);
        expect(states.filter((state) => state === 'fresh').length).toBeGreaterThanOrEqual(blocks.length - 1);
      }),
    );
  });

  it('is not confused by equal paragraphs', () => {
    const yes = Array.from({ length: 41 }, () => 'yes').join(' ');
    const draft = Array.from({ length: 6 }, () => yes).join('\n\n');
    const states = alignPassages(`${draft}\n\nMore.`, grow(draft)).map(({ state }) => state);
    expect(states).toEqual(['fresh', 'fresh', 'fresh', 'fresh', 'fresh', 'fresh', 'draft']);
  });

  it('stays fast where everything differs', () => {
    const make = (tag: string): string => Array.from({ length: 4000 }, (_, at) => `${tag}${at} ${'word '.repeat(40)}`).join('\n\n');
    const started = process.cpuUsage();
    expectCovered(make('a'), grow(make('b')));
    expect(process.cpuUsage(started).user).toBeLessThan(3_000_000);
  });
});

describe('applyExpansionEdit', () => {
  const edit = fc.record({ at: fc.nat(), remove: fc.nat({ max: 80 }), insert: fc.oneof(word, fc.constantFrom('', ' ', '\n\n', '\n\nNew words here.\n\n', 'x')) });

  it('holds the author’s text exactly, whole, and leaves other passages as they were', () => {
    fc.assert(
      fc.property(fc.oneof(paragraphs, distinctLong), edit, (blocks, { at, remove, insert }) => {
        const before = grow(blocks.join('\n\n'));
        const start = at % (before.expanded.length + 1);
        const end = Math.min(before.expanded.length, start + remove);
        const text = before.expanded.slice(0, start) + insert + before.expanded.slice(end);
        const after = applyExpansionEdit(before, text);
        expect(after.expanded).toBe(text);
        expectWhole(after);
        const kept = (after.passages ?? []).filter(({ origin }) => origin !== 'author').map((passage) => textOf(after, passage));
        // An edit of the blank line between two passages joins them, and so touches both.
        const untouched = (before.passages ?? []).filter(({ span }) => span.end + 2 <= start || span.start - 2 >= end).map((passage) => textOf(before, passage));
        expect(isSubsequence(kept, (before.passages ?? []).map((passage) => textOf(before, passage)))).toBe(true);
        expect(new Set(blocks).size < blocks.length || isSubsequence(untouched, kept)).toBe(true);
      }),
    );
  });

  it('never throws and loses no word, for any two texts', () => {
    fc.assert(
      fc.property(anyText, anyText, (draft, text) => {
        const after = applyExpansionEdit(grow(draft), text);
        expect(after.expanded).toBe(text);
        expectWhole(after);
        expectCovered(draft, after);
      }),
    );
  });

  it('takes what is written between two passages as a passage of the author’s', () => {
    const [a, b] = ['alpha '.repeat(45).trim(), 'beta '.repeat(45).trim()];
    const before = grow(`${a}\n\n${b}`);
    const after = applyExpansionEdit(before, before.expanded.replace('\n\n', '\n\nBy hand.\n\n'));
    expect(alignPassages(before.original, after).map(({ state }) => state)).toEqual(['fresh', 'edited', 'fresh']);
  });
});

describe('keepPassage and discardPassage', () => {
  it('keep levels the passage with today’s draft, and nothing else changes', () => {
    const [a, b] = ['alpha '.repeat(45).trim(), 'beta '.repeat(45).trim()];
    const now = `${a} more\n\n${b} more`;
    const kept = keepPassage(grow(`${a}\n\n${b}`), 0, now);
    expect(alignPassages(now, kept).map(({ state, passage }) => [state, passage.kept])).toEqual([['fresh', true], ['stale', undefined]]);
    expect(kept.expanded).toBe(grow(`${a}\n\n${b}`).expanded);
  });

  it('discard puts the draft’s paragraphs in place, byte for byte', () => {
    fc.assert(
      fc.property(distinctLong, fc.nat(), (blocks, place) => {
        const draft = blocks.join('\n\n');
        const at = place % blocks.length;
        const before = grow(draft);
        const after = discardPassage(before, at, draft);
        expectWhole(after);
        const texts = passagesOf(after).map((passage) => textOf(after, passage));
        expect(texts).toEqual(passagesOf(before).map((passage, index) => (index === at ? blocks[at] : textOf(before, passage))));
        expect(alignPassages(draft, after)[at]?.state).toBe('draft');
      }),
    );
  });

  it('any index on any draft leaves a whole expansion', () => {
    fc.assert(
      fc.property(anyText, anyText, fc.nat({ max: 8 }), (draft, now, index) => {
        for (const after of [keepPassage(grow(draft), index, now), discardPassage(grow(draft), index, now)]) {
          expectWhole(after);
          expectCovered(now, after);
          expect(after.original).toBe(now);
        }
      }),
    );
  });
});

describe('segmentDraft', () => {
  it('covers all paragraphs, each a passage; groups the turns of a dialogue; lets headings stand alone', () => {
    const draft = ['# One', '“Yes.”', '“No.”', 'word '.repeat(50), 'Last.', '* * *', 'End.'].join('\n\n');
    expect(segmentDraft(draft)).toEqual([
      { first: 0, count: 1, verbatim: true },
      { first: 1, count: 2, verbatim: false },
      { first: 3, count: 1, verbatim: false },
      { first: 4, count: 1, verbatim: false },
      { first: 5, count: 1, verbatim: true },
      { first: 6, count: 1, verbatim: false },
    ]);
  });

  it('leaves verse alone and grows a long letter', () => {
    expect(standsAsItIs('> The ship was cheered, the harbour cleared,\n> Merrily did we drop')).toBe(true);
    expect(standsAsItIs('![The \\[old\\] map of Skerry](image:019a)\n![](image:019b)')).toBe(true);
    expect(standsAsItIs('![The map](image:019a) hung by the door.')).toBe(false);
    expect(standsAsItIs(`> ${'I write to you again, my sister, '.repeat(10)}`)).toBe(false);
    expect(countWords('well—so * 17 “”')).toBe(2);
  });
});

function isSubsequence(small: readonly string[], large: readonly string[]): boolean {
  let at = 0;
  for (const text of large) if (at < small.length && small[at] === text) at += 1;
  return at === small.length;
}
