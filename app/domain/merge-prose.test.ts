import { readFileSync } from 'node:fs';
import * as fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { mergeProse } from './merge-prose.ts';

const CHAPTERS = ['frankenstein/005.md', 'frankenstein/012.md', 'war-and-peace/003.md', 'war-and-peace/040.md'].map((file) =>
  readFileSync(new URL(`../../manuscripts/${file}`, import.meta.url), 'utf8'),
);
const PARAGRAPHS = CHAPTERS.flatMap((text) => text.split(/\n\s*\n/)).filter((paragraph) => paragraph.trim() !== '' && paragraph.length < 2500);

const BASE = 'The keeper climbed the stairs at dusk.\n\nNobody had come since March.\n\nThe sea was loud.';

describe('mergeProse', () => {
  test('keeps changes of different words in one paragraph', () => {
    const merged = mergeProse(BASE, BASE.replace('climbed', 'slowly climbed'), BASE.replace('dusk', 'night'));
    expect(merged).toEqual({ text: BASE.replace('climbed', 'slowly climbed').replace('dusk', 'night'), conflicts: 0 });
  });

  test('keeps both versions of the same words, beside each other, in either direction', () => {
    const mine = BASE.replace('climbed', 'ran up');
    const theirs = BASE.replace('climbed', 'crept up');
    const merged = mergeProse(BASE, mine, theirs);
    expect(merged.conflicts).toBe(1);
    for (const word of ['ran', 'crept']) expect(merged.text).toContain(word);
    expect(mergeProse(BASE, theirs, mine)).toEqual(merged);
  });

  test('changes of words that only touch are no conflict', () => {
    const merged = mergeProse(BASE, BASE.replace('keeper', 'warden'), BASE.replace('climbed', 'mounted'));
    expect(merged).toEqual({ text: BASE.replace('keeper climbed', 'warden mounted'), conflicts: 0 });
  });

  test('an edit beats a delete, and only the edited paragraph comes back', () => {
    const merged = mergeProse(BASE, 'The sea was loud.', BASE.replace('March', 'April'));
    expect(merged).toEqual({ text: 'Nobody had come since April.\n\nThe sea was loud.', conflicts: 0 });
  });

  test('a paragraph split on one side stays split, with the words of the other side', () => {
    const merged = mergeProse(BASE, BASE.replace(' at dusk', '\n\nat dusk'), BASE.replace('keeper', 'old keeper'));
    expect(merged.text).toBe(BASE.replace(' at dusk', '\n\nat dusk').replace('keeper', 'old keeper'));
  });

  test('paragraphs written at the same place by both stay whole paragraphs, and are counted', () => {
    const merged = mergeProse(BASE, `${BASE}\n\nMine ends it here.`, `${BASE}\n\nTheirs goes on.`);
    expect(merged.conflicts).toBe(1);
    expect(merged.text.split('\n\n').toSorted()).toEqual([...BASE.split('\n\n'), 'Mine ends it here.', 'Theirs goes on.'].toSorted());
  });

  test('a paragraph written anew is not mixed with the other side word by word', () => {
    const rewritten = BASE.replace('Nobody had come since March.', 'All winter long the gulls kept their own counsel about it.');
    const edited = BASE.replace('since March', 'since early March');
    const merged = mergeProse(BASE, rewritten, edited);
    expect(merged.text).toContain('All winter long the gulls kept their own counsel about it.');
    expect(merged.text).toContain('Nobody had come since early March.');
  });

  test('keeps leading and trailing white space, line breaks and indentation that one side has', () => {
    const base = '# One\n\nA line\nand its next.\n\n    code\n';
    expect(mergeProse(base, `${base}\n`, base.replace('line', 'verse')).text).toBe(`${base.replace('line', 'verse')}\n`);
    expect(mergeProse(base, base.replace('next', 'last'), base.replace('One', 'Two')).text).toBe(base.replace('next', 'last').replace('One', 'Two'));
  });

  test('without a base both texts are kept, what they share once', () => {
    const merged = mergeProse('', BASE, BASE.replace('March', 'April'));
    expect(merged.conflicts).toBe(1);
    expect(count(merged.text)).toEqual(count(`${BASE}\n\nNobody had come since April.`));
  });

  test('text without spaces between its words merges by character', () => {
    const base = '守人在黄昏时登上灯塔。';
    const merged = mergeProse(base, base.replace('黄昏', '深夜'), base.replace('灯塔', '高塔'));
    expect(merged).toEqual({ text: '守人在深夜时登上高塔。', conflicts: 0 });
  });

  test('two devices’ random edits of real paragraphs: symmetric, idempotent, and no word that either wrote is lost', () => {
    fc.assert(
      fc.property(twoDevices(), ({ base, mine, theirs }) => {
        const merged = mergeProse(base, mine, theirs);
        expect(mergeProse(base, theirs, mine)).toEqual(merged);
        expect(mergeProse(base, mine, mine).text).toBe(mine);
        expect(mergeProse(base, base, theirs).text).toBe(theirs);
        expect(mergeProse(base, mine, base).text).toBe(mine);
        expect(missingWords(base, mine, theirs, merged.text)).toEqual([]);
      }),
      { numRuns: 2000 },
    );
  });

  test('neighbouring paragraphs that each side edited in its own places merge without a conflict, whichever they are', () => {
    const four = PARAGRAPHS.filter((paragraph) => paragraph.split(' ').length > 30).slice(0, 4);
    const change = (mark: string, at: number): string => four.map((paragraph) => paragraph.split(' ').with(at, `instead-${mark}`).join(' ')).join('\n\n');
    const merged = mergeProse(four.join('\n\n'), change('mine', 5), change('theirs', 20));
    expect(merged).toEqual({ text: four.map((paragraph) => paragraph.split(' ').with(5, 'instead-mine').with(20, 'instead-theirs').join(' ')).join('\n\n'), conflicts: 0 });
  });

  test('two words added at one place after words that end alike are both kept, as a conflict that either side sees the same', () => {
    const merged = mergeProse('a dark b c d e', 'a dark park b c d e', 'a dark mine b c d e');
    expect(merged.conflicts).toBe(1);
    expect(merged).toEqual(mergeProse('a dark b c d e', 'a dark mine b c d e', 'a dark park b c d e'));
    for (const word of ['park', 'mine']) expect(merged.text).toContain(word);
  });

  test('hundreds of edits a side, scattered over a chapter: symmetric, and no word that either wrote is lost', () => {
    const base = longChapter(5000);
    const edits = fc.array(editOf(), { minLength: 100, maxLength: 200 });
    fc.assert(
      fc.property(edits, edits, (one, other) => {
        const [mine, theirs] = [applyAll(base, one, 'mine'), applyAll(base, other, 'theirs')];
        const merged = mergeProse(base, mine, theirs);
        expect(mergeProse(base, theirs, mine)).toEqual(merged);
        expect(missingWords(base, mine, theirs, merged.text)).toEqual([]);
      }),
      { numRuns: 20 },
    );
  });

  test('a chapter of 20,000 words where both sides changed everything merges in a moment', () => {
    const long = longChapter(20_000);
    const everyWord = (mark: string): string => long.replace(/\b(the|and|of)\b/g, `$1${mark}`);
    // What it takes of a processor, however many others wait for it.
    const start = process.cpuUsage();
    const merged = mergeProse(long, everyWord('a'), everyWord('b'));
    expect(process.cpuUsage(start).user).toBeLessThan(2_000_000);
    expect(missingWords(long, everyWord('a'), everyWord('b'), merged.text)).toEqual([]);
  });
});

function longChapter(words: number): string {
  let text = '';
  for (let i = 0; text.split(/\s+/).length < words; i++) text += `${PARAGRAPHS[i % PARAGRAPHS.length]}\n\n`;
  return text;
}

function count(text: string): Map<string, number> {
  const counts = new Map<string, number>();
  for (const word of text.match(/\S+/g) ?? []) counts.set(word, (counts.get(word) ?? 0) + 1);
  return new Map([...counts].toSorted());
}

/** Words of which the merge has fewer than one side added, or fewer than are left when both sides' deletions are counted. */
function missingWords(base: string, mine: string, theirs: string, merged: string): string[] {
  const [b, m, t, r] = [base, mine, theirs, merged].map(count);
  const words = new Set([...m!.keys(), ...t!.keys()]);
  return [...words].filter((word) => {
    const of = (counts: Map<string, number> | undefined): number => counts?.get(word) ?? 0;
    return of(r) < Math.max(of(m) - of(b), of(t) - of(b), isMarked(word) ? 0 : of(m) + of(t) - of(b));
  });
}

/** Both sides may add one and the same marked word at one place, which stands in the merge once. */
function isMarked(word: string): boolean {
  return /both/.test(word);
}

interface Edit {
  kind: 'insert' | 'delete' | 'replace' | 'split' | 'join' | 'paragraph' | 'drop' | 'move';
  at: number;
  to: number;
  shared: boolean;
}

function editOf(): fc.Arbitrary<Edit> {
  return fc.record<Edit>({
    kind: fc.constantFrom('insert', 'insert', 'insert', 'delete', 'replace', 'split', 'join', 'paragraph', 'drop', 'move'),
    at: fc.double({ min: 0, max: 1, noNaN: true }),
    to: fc.double({ min: 0, max: 1, noNaN: true }),
    shared: fc.boolean(),
  });
}

function applyAll(base: string, edits: readonly Edit[], device: string): string {
  return edits.reduce((text, one, i) => applyEdit(text, one, one.shared ? `both${i}` : `${device}${i}`), base);
}

function twoDevices(): fc.Arbitrary<{ base: string; mine: string; theirs: string }> {
  const edits = fc.array(editOf(), { minLength: 1, maxLength: 8 });
  return fc.record({ from: fc.nat(PARAGRAPHS.length - 1), length: fc.integer({ min: 1, max: 6 }), mine: edits, theirs: edits }).map((plan) => {
    const base = PARAGRAPHS.slice(plan.from, plan.from + plan.length).join('\n\n');
    return { base, mine: applyAll(base, plan.mine, 'mine'), theirs: applyAll(base, plan.theirs, 'theirs') };
  });
}

function applyEdit(text: string, edit: Edit, mark: string): string {
  const paragraphs = text.split('\n\n');
  const index = Math.min(paragraphs.length - 1, Math.floor(edit.at * paragraphs.length));
  const words = (paragraphs[index] ?? '').split(' ');
  const word = Math.min(words.length - 1, Math.floor(edit.to * words.length));
  if (edit.kind === 'insert') words.splice(word, 0, `added-${mark}`, `more-${mark}`);
  if (edit.kind === 'replace') words.splice(word, 3, `instead-${mark}`);
  if (edit.kind === 'delete') words.splice(word, 4);
  paragraphs[index] = words.join(' ');
  if (edit.kind === 'split') paragraphs.splice(index, 1, words.slice(0, word).join(' '), words.slice(word).join(' '));
  if (edit.kind === 'join' && index > 0) paragraphs.splice(index - 1, 2, `${paragraphs[index - 1]} ${paragraphs[index]}`);
  if (edit.kind === 'paragraph') paragraphs.splice(index, 0, ['wholly', 'new', 'thing', 'said'].map((word) => `${word}-${mark}`).join(' '));
  if (edit.kind === 'drop') paragraphs.splice(index, 1);
  if (edit.kind === 'move') paragraphs.splice(Math.floor(edit.to * paragraphs.length), 0, ...paragraphs.splice(index, 1));
  return paragraphs.filter((paragraph) => paragraph.trim() !== '').join('\n\n');
}
