import { coreOf } from '../app-core.ts';
import { matterTemplate, placeForMatter, type MatterKind } from '../domain/matter-kinds.ts';
import type { RectoApp } from '../recto-app.ts';
import { changeBook } from '../store/change-book.ts';

/**
 * A new piece of front or back matter, where a printed book has it.
 * @returns its id
 * @throws RectoError not_found, schema_violation, storage_full, storage_failed
 */
export async function addMatter(app: RectoApp, bookId: string, kind: MatterKind): Promise<string> {
  const item = { id: app.platform.newId(), kind, text: matterTemplate(kind) };
  await changeBook(await coreOf(app).library(), bookId, (book) => {
    const matter = book.matter ?? [];
    return { ...book, matter: matter.toSpliced(placeForMatter(matter, kind), 0, item) };
  });
  return item.id;
}
