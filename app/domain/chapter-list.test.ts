import * as fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import type { BookV1 } from '#schemas/generated/types.ts';
import { insertChapter, moveChapter, placeOf, putChapterBack, removeChapter } from './chapter-list.ts';

const chapter = (id: string) => ({ id, title: id, draft_blob_id: `draft-${id}`, edition: 'draft' as const });
const bookOf = (ids: readonly string[]): BookV1 => ({ title: 'T', author: 'A', chapters: ids.map(chapter) });
const idsOf = (book: BookV1): string[] => book.chapters.map(({ id }) => id);

const books = fc.uniqueArray(fc.integer({ min: 0, max: 99 }).map(String), { minLength: 1, maxLength: 12 }).map(bookOf);

describe('chapters', () => {
  it('come after the one that is named, else at the end', () => {
    expect(idsOf(insertChapter(bookOf(['a', 'b']), chapter('x'), 'a'))).toEqual(['a', 'x', 'b']);
    expect(idsOf(insertChapter(bookOf(['a', 'b']), chapter('x')))).toEqual(['a', 'b', 'x']);
    expect(idsOf(insertChapter(bookOf(['a', 'b']), chapter('x'), 'gone'))).toEqual(['a', 'b', 'x']);
  });

  it('stand where they were moved to, the others in their order, and none is lost', () => {
    fc.assert(
      fc.property(books, fc.nat(), fc.integer({ min: -3, max: 20 }), (book, pick, toIndex) => {
        const { id } = book.chapters[pick % book.chapters.length]!;
        const moved = idsOf(moveChapter(book, id, toIndex));
        expect(moved.toSorted()).toEqual(idsOf(book).toSorted());
        expect(moved.filter((other) => other !== id)).toEqual(idsOf(book).filter((other) => other !== id));
        expect(moved.indexOf(id)).toBe(Math.max(0, Math.min(toIndex, moved.length - 1)));
      }),
    );
  });

  it('go back to where they stood when nothing else changed', () => {
    fc.assert(
      fc.property(books, fc.nat(), (book, pick) => {
        const removed = book.chapters[pick % book.chapters.length]!;
        const place = placeOf(book, removed.id);
        expect(idsOf(putChapterBack(removeChapter(book, removed.id), removed, place))).toEqual(idsOf(book));
      }),
    );
  });

  it('go back behind the nearest of those that stood before them and are still there, whatever changed meanwhile', () => {
    const edit = fc.oneof(
      fc.record({ kind: fc.constant('remove' as const), at: fc.nat(), to: fc.nat(12) }),
      fc.record({ kind: fc.constant('move' as const), at: fc.nat(), to: fc.nat(12) }),
      fc.record({ kind: fc.constant('add' as const), at: fc.nat(), to: fc.nat(12) }),
    );
    fc.assert(
      fc.property(books, fc.nat(), fc.array(edit, { maxLength: 6 }), (book, pick, edits) => {
        const removed = book.chapters[pick % book.chapters.length]!;
        const place = placeOf(book, removed.id);
        let now = removeChapter(book, removed.id);
        for (const [index, { kind, at, to }] of edits.entries()) {
          const target = now.chapters[at % Math.max(1, now.chapters.length)]?.id ?? '';
          if (kind === 'remove') now = removeChapter(now, target);
          else if (kind === 'move') now = moveChapter(now, target, to);
          else now = insertChapter(now, chapter(`new-${index}`), target);
        }
        const back = idsOf(putChapterBack(now, removed, place));
        expect(back.filter((id) => id !== removed.id)).toEqual(idsOf(now));
        expect(back.filter((id) => id === removed.id)).toHaveLength(1);
        const behind = place.before.find((id) => back.includes(id));
        expect(behind === undefined || back[back.indexOf(removed.id) - 1] === behind).toBe(true);
      }),
    );
  });

  it('go back once, however often it is asked', () => {
    const book = bookOf(['a', 'b']);
    expect(putChapterBack(book, chapter('a'), placeOf(book, 'a'))).toBe(book);
  });
});
