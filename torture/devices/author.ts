/** An author at one device: does by the app's own use-cases what a person does by its screens. */
import { coreOf } from '#app/app-core.ts';
import type { DraftSession, RectoApp } from '#app/recto-app.ts';
import { contentOf } from '#app/store/draft-content.ts';
import { addChapter } from '#app/use-cases/add-chapter.ts';
import { createBook } from '#app/use-cases/create-book.ts';
import { deleteBook } from '#app/use-cases/delete-book.ts';
import { deleteChapter } from '#app/use-cases/delete-chapter.ts';
import { moveChapter } from '#app/use-cases/move-chapter.ts';
import { renameChapter } from '#app/use-cases/rename-chapter.ts';
import { restoreBook } from '#app/use-cases/restore-book.ts';
import { updateBook } from '#app/use-cases/update-book.ts';
import type { Blob } from '#schemas/blob.ts';
import { RectoError } from '#schemas/errors.ts';
import type { Chapter } from '#schemas/generated/types.ts';
import type { Act, ActResult, Place } from './commands.ts';
import { editText, wordsOf } from './edit-text.ts';

export interface Author {
  act(act: Act): Promise<ActResult>;
  /** All that was typed is saved. */
  save(): Promise<void>;
}

/** An editor shows a text, and takes what comes from elsewhere. */
interface Editor {
  text: string;
  session: DraftSession;
}

interface Book {
  id: string;
  chapters: Chapter[];
}

const OPEN_EDITORS = 2;
const NOTHING: ActResult = { typed: [], removed: [], saved: false };

export function createAuthor(app: RectoApp): Author {
  const editors = new Map<string, Editor>();

  const readBooks = async (): Promise<Book[]> => {
    const { blobs } = await coreOf(app).library();
    const found = (await blobs.find('schema_id', 'book-v1')) as (Blob & Blob<'book-v1'>)[];
    return found.map(({ id, data }) => ({ id, chapters: data.chapters }));
  };

  const pickBook = async (place: Place): Promise<Book | undefined> => pick(await readBooks(), place);

  const openEditor = async (draftId: string): Promise<Editor> => {
    const open = editors.get(draftId);
    if (open) return open;
    for (const [id, { session }] of [...editors].slice(0, Math.max(0, editors.size + 1 - OPEN_EDITORS))) {
      editors.delete(id);
      await session.close();
    }
    const session = await app.openDraft(draftId);
    const editor = { text: session.initialText, session };
    session.external$.subscribe((text) => (editor.text = text));
    editors.set(draftId, editor);
    return editor;
  };

  const closeEditors = async (draftIds: readonly string[]): Promise<void> => {
    for (const id of draftIds) {
      await editors.get(id)?.session.close();
      editors.delete(id);
    }
  };

  /** The words in texts that were deleted just now. */
  const wordsDeleted = async (draftIds: readonly string[]): Promise<string[]> => {
    const { blobs } = await coreOf(app).library();
    const found = await blobs.getMany(draftIds, { deleted: true });
    return [...found.values()].filter(({ deleted }) => deleted).flatMap((blob) => wordsOf(contentOf(blob)));
  };

  const type = async (act: Act & { do: 'type' }): Promise<ActResult> => {
    const book = await pickBook(act.book);
    const chapter = book && pick(book.chapters, act.chapter);
    if (!chapter) return NOTHING;
    const editor = await openEditor(chapter.draft_blob_id);
    const before = wordsOf(editor.text);
    editor.text = act.edits.reduce(editText, editor.text);
    const [had, has] = [countWords(before), countWords(wordsOf(editor.text))];
    editor.session.changed(() => editor.text);
    // A merge that kept two versions has words twice: someone else may take the other one out meanwhile.
    const removed = [...had].filter(([word, times]) => (has.get(word) ?? 0) < times).map(([word]) => word);
    const result = { typed: [...has.keys()].filter((word) => !had.has(word)), removed, saved: act.save };
    if (act.save) await app.flush();
    return result;
  };

  const removeChapter = async (act: Act & { do: 'delete-chapter' }): Promise<ActResult> => {
    const book = await pickBook(act.book);
    const chapter = book && pick(book.chapters, act.chapter);
    if (!book || !chapter) return NOTHING;
    await closeEditors([chapter.draft_blob_id]);
    const { undo } = await deleteChapter(app, book.id, chapter.id);
    if (act.undo) {
      await undo();
      return NOTHING;
    }
    return { ...NOTHING, removed: await wordsDeleted([chapter.draft_blob_id]) };
  };

  const removeBook = async (act: Act & { do: 'delete-book' }): Promise<ActResult> => {
    const books = await readBooks();
    const book = pick(books, act.book);
    if (!book || books.length < 2) return NOTHING;
    const draftIds = book.chapters.map(({ draft_blob_id: id }) => id);
    await closeEditors(draftIds);
    await deleteBook(app, book.id);
    if (act.undo) {
      await restoreBook(app, book.id);
      return NOTHING;
    }
    return { ...NOTHING, removed: await wordsDeleted(draftIds) };
  };

  const act = async (act: Act): Promise<ActResult> => {
    if (act.do === 'type') return type(act);
    if (act.do === 'delete-chapter') return removeChapter(act);
    if (act.do === 'delete-book') return removeBook(act);
    if (act.do === 'create-book') {
      await createBook(app, { title: act.title, author: 'An Author' });
      return NOTHING;
    }
    const book = await pickBook(act.book);
    if (!book) return NOTHING;
    const chapter = pick(book.chapters, 'chapter' in act ? act.chapter : 0);
    if (act.do === 'rename-book') await updateBook(app, book.id, { title: act.title });
    else if (act.do === 'add-chapter') await addChapter(app, book.id, { title: act.title, ...(chapter && { afterId: pick(book.chapters, act.after)!.id }) });
    else if (chapter && act.do === 'rename-chapter') await renameChapter(app, book.id, chapter.id, act.title);
    else if (chapter && act.do === 'move-chapter') await moveChapter(app, book.id, chapter.id, Math.floor(act.to * book.chapters.length));
    return NOTHING;
  };

  return {
    // What another device deleted meanwhile can't be changed here: the app says so, and the author goes on.
    act: (wish) => act(wish).catch((thrown: unknown) => (thrown instanceof RectoError && thrown.code === 'not_found' ? NOTHING : Promise.reject(thrown as Error))),
    save: () => app.flush(),
  };
}

function countWords(words: readonly string[]): Map<string, number> {
  const counts = new Map<string, number>();
  for (const word of words) counts.set(word, (counts.get(word) ?? 0) + 1);
  return counts;
}

function pick<T>(list: readonly T[], place: Place): T | undefined {
  return list[Math.floor(place * list.length)];
}
