import * as fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import type { BookV1, Chapter, CompileLayout, CompilePreset, MatterItem } from '#schemas/generated/types.ts';
import { mergeBook } from './merge-book.ts';

const chapter = (id: string, title = `Chapter ${id}`): Chapter => ({ id, title, draft_blob_id: `draft-${id}`, edition: 'draft' });
const book = (ids: string, more: Partial<BookV1> = {}): BookV1 => ({ title: 'Book', author: 'A. Writer', chapters: ids.split('').map((id) => chapter(id)), ...more });
const idsOf = (merged: { book: BookV1 }): string => merged.book.chapters.map(({ id }) => id).join('');

describe('mergeBook', () => {
  test.each([
    ['both add at the end', 'abc', 'abcx', 'abcy', ['abcxy', 'abcyx']],
    ['both add runs at one place', 'ab', 'axyb', 'apqb', ['axypqb', 'apqxyb']],
    ['one adds, one moves', 'abc', 'abxc', 'cab', ['cabx']],
    ['each moves another chapter', 'abcdef', 'bcdefa', 'fabcde', ['fbcdea']],
    ['one deletes what the other leaves', 'abc', 'ac', 'abcd', ['acd']],
    ['both delete', 'abcd', 'acd', 'abd', ['ad']],
    ['one reorders, one deletes', 'abcd', 'dcba', 'acd', ['dca']],
  ])('%s', (_name, base, mine, theirs, expected) => {
    const merged = mergeBook(book(base), book(mine), book(theirs));
    expect(expected).toContain(idsOf(merged));
    expect(merged.conflicts).toBe(0);
  });

  test('a chapter deleted on one side and renamed on the other stays', () => {
    const renamed = book('abc');
    renamed.chapters[1] = chapter('b', 'Dusk');
    const merged = mergeBook(book('abc'), book('ac'), renamed);
    expect(merged.book.chapters[1]).toMatchObject({ id: 'b', title: 'Dusk' });
    expect(idsOf(merged)).toBe('abc');
  });

  test('fields merge one by one, unknown ones too; style notes as prose', () => {
    const base = book('a', { style_notes: 'Short sentences.', series: 'One' });
    const merged = mergeBook(base, { ...base, title: 'Dusk', style_notes: 'Very short sentences.' }, { ...base, language: 'en-GB', series: 'Two', style_notes: 'Short sentences. Rain.' });
    expect(merged).toEqual({ book: { ...base, title: 'Dusk', language: 'en-GB', series: 'Two', style_notes: 'Very short sentences. Rain.' }, conflicts: 0 });
  });

  test('a title that both changed is one of the two, the same on either side, and counted', () => {
    const [mine, theirs] = [book('a', { title: 'Dusk' }), book('a', { title: 'Dawn' })];
    const merged = mergeBook(book('a'), mine, theirs);
    expect(merged.conflicts).toBe(1);
    expect(mergeBook(book('a'), theirs, mine)).toEqual(merged);
  });

  describe('front and back matter, presets', () => {
    const item = (id: string, text: string): MatterItem => ({ id, kind: 'dedication', text });
    const preset = (id: string, layout: CompileLayout = {}): CompilePreset => ({ id, name: id, format: 'epub', layout });

    test('what each device added, changed and took out holds', () => {
      const base = book('a', { matter: [item('d', 'For my sister.'), item('e', 'To the sea.')], presets: [preset('p', { drop_caps: true })] });
      const mine = { ...base, matter: [item('new', 'All rights reserved.'), item('d', 'For my sister.')], presets: [preset('p', { drop_caps: true, fields: { isbn: '1' } }), preset('q')] };
      const theirs = { ...base, matter: [item('d', 'For my sister, again.'), item('e', 'To the sea.'), item('other', 'Thanks.')], presets: [preset('p', { drop_caps: false })] };
      const merged = mergeBook(base, mine, theirs);
      expect(merged).toEqual({
        book: { ...base, matter: [item('new', 'All rights reserved.'), item('d', 'For my sister, again.'), item('other', 'Thanks.')], presets: [preset('p', { drop_caps: false, fields: { isbn: '1' } }), preset('q')] },
        conflicts: 0,
      });
      expect(mergeBook(base, theirs, mine)).toEqual(merged);
    });

    test('both write on in the same text: the words of both are in it', () => {
      const [base, mine, theirs] = ['Thanks to Mary.', 'Thanks to Mary and Percy.', 'Many thanks to Mary.'].map((text) => book('a', { matter: [item('t', text)], contact: text }));
      const merged = mergeBook(base!, mine!, theirs!);
      expect(merged.book.matter?.[0]?.text).toBe('Many thanks to Mary and Percy.');
      expect(merged.book.contact).toBe('Many thanks to Mary and Percy.');
      expect(merged.conflicts).toBe(0);
    });

    test('two texts that together would be too long for a book are one of the two, the same on either side, and counted', () => {
      const [mine, theirs] = [book('a', { contact: 'm'.repeat(1_500) }), book('a', { contact: 't'.repeat(1_500) })];
      const merged = mergeBook(book('a'), mine, theirs);
      expect([mine.contact, theirs.contact]).toContain(merged.book.contact);
      expect(merged.conflicts).toBe(1);
      expect(mergeBook(book('a'), theirs, mine)).toEqual(merged);
    });

    test('a book that says nothing of them goes on saying nothing', () => {
      expect(Object.keys(mergeBook(book('a'), book('ab'), book('a')).book)).not.toContain('matter');
    });
  });

  test('random edits: symmetric, ids unique, nothing added is lost, nothing deleted by both stays', () => {
    fc.assert(
      fc.property(fc.shuffledSubarray('abcdefgh'.split(''), { minLength: 1 }), edits('m'), edits('t'), (ids, editMine, editTheirs) => {
        const base = book(ids.join(''));
        const [mine, theirs] = [editMine(base), editTheirs(base)];
        const merged = mergeBook(base, mine, theirs);
        expect(mergeBook(base, theirs, mine)).toEqual(merged);
        expect(mergeBook(base, mine, mine).book).toEqual(mine);
        expect(mergeBook(base, base, theirs).book).toEqual(theirs);
        const result = merged.book.chapters.map(({ id }) => id);
        expect(new Set(result).size).toBe(result.length);
        const had = new Map(base.chapters.map((one) => [one.id, one]));
        for (const [side, other] of [[mine, theirs], [theirs, mine]] as const) {
          const others = new Set(other.chapters.map(({ id }) => id));
          const mustStay = side.chapters.filter((one) => !had.has(one.id) || others.has(one.id) || had.get(one.id)!.title !== one.title);
          expect(result).toEqual(expect.arrayContaining(mustStay.map(({ id }) => id)));
        }
        const either = new Set([...mine.chapters, ...theirs.chapters].map(({ id }) => id));
        expect(result.filter((id) => !either.has(id))).toEqual([]);
      }),
      { numRuns: 2000 },
    );
  });
});

function edits(mark: string): fc.Arbitrary<(base: BookV1) => BookV1> {
  const edit = fc.record({ kind: fc.constantFrom('add', 'delete', 'move', 'rename'), at: fc.nat(20), to: fc.nat(20) });
  return fc.array(edit, { maxLength: 5 }).map((list) => (base) => {
    const chapters = base.chapters.map((one) => ({ ...one }));
    list.forEach(({ kind, at, to }, i) => {
      const index = at % Math.max(1, chapters.length);
      if (kind === 'add') chapters.splice(index, 0, chapter(`${mark}${i}`));
      else if (kind === 'delete') chapters.splice(index, 1);
      else if (kind === 'move') chapters.splice(to % Math.max(1, chapters.length), 0, ...chapters.splice(index, 1));
      else if (chapters[index]) chapters[index] = { ...chapters[index], title: `${mark} ${i}` };
    });
    return { ...base, chapters };
  });
}
