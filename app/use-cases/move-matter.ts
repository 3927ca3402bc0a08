import { coreOf } from '../app-core.ts';
import { isFrontMatter } from '../domain/matter-kinds.ts';
import type { RectoApp } from '../recto-app.ts';
import { changeBook } from '../store/change-book.ts';

/**
 * Moves a piece of front or back matter by one place among its own. At the ends it stays.
 * @param step -1: towards the first page
 * @throws RectoError not_found, storage_full, storage_failed
 */
export async function moveMatter(app: RectoApp, bookId: string, matterId: string, step: -1 | 1): Promise<void> {
  await changeBook(await coreOf(app).library(), bookId, (book) => {
    const matter = book.matter ?? [];
    const from = matter.findIndex(({ id }) => id === matterId);
    const item = matter[from];
    if (!item) return book;
    const isOwn = (index: number): boolean => isFrontMatter(matter[index]!.kind) === isFrontMatter(item.kind);
    let to = from + step;
    while (to >= 0 && to < matter.length && !isOwn(to)) to += step;
    return to < 0 || to >= matter.length ? book : { ...book, matter: matter.toSpliced(from, 1).toSpliced(to, 0, item) };
  });
}
