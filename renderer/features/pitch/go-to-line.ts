import type { BookView, RectoApp } from '#app/recto-app.ts';
import { setPlace } from '#renderer/features/editor/editor-places.ts';
import { goTo } from '#renderer/shell/router.ts';
import type { PitchSentence } from '#schemas/generated/types.ts';

/** Letters of a line that was edited since: enough to find where it began. */
const BEGINNING = 48;

/** Opens a chapter at the line that a sentence rests on; where that is not in the draft (any more), where its author was. */
export async function goToLine(app: RectoApp, book: BookView, chapterId: string, sentence: PitchSentence): Promise<void> {
  const chapter = book.chapters.find(({ id }) => id === chapterId);
  if (!chapter) return;
  const quote = sentence.quotes?.find((candidate) => candidate.chapter_id === chapterId)?.text;
  const draft = await app.openDraft(chapter.draftId);
  const at = quote === undefined ? -1 : findLine(draft.initialText, quote);
  await draft.close();
  if (at >= 0) setPlace(app, chapter.draftId, at);
  // A line of the expansion is on the other page.
  goTo({ name: 'book', bookId: book.id, chapterId, tab: at < 0 && chapter.edition === 'expansion' ? 'view' : 'write' });
}

/** UTF-16 offset; -1: it is not there. */
function findLine(text: string, quote: string): number {
  const at = text.indexOf(quote);
  return at >= 0 ? at : text.indexOf(quote.slice(0, BEGINNING));
}
