import { LINK_SCHEME, type OpenTarget } from '#schemas/ipc.ts';

const LIBRARY = new RegExp(`^${LINK_SCHEME}://library/?$`, 'i');
const BOOK = new RegExp(`^${LINK_SCHEME}://book/(?<bookId>[\\w-]{1,200})(?:/(?<chapterId>[\\w-]{1,200}))?/?$`, 'i');

/** Whether a text that the system handed over is a link of ours at all. */
export function isLink(text: string): boolean {
  return text.toLowerCase().startsWith(`${LINK_SCHEME}:`);
}

/**
 * Where a link leads: `recto://book/<id>`, `recto://book/<id>/<chapter id>`, `recto://library`. Anybody can write one, into a
 * mail or on a page: it can name a place and nothing else.
 * @returns null: nowhere
 */
export function parseLink(text: string): OpenTarget | null {
  if (LIBRARY.test(text)) return { kind: 'library' };
  const { bookId, chapterId } = BOOK.exec(text)?.groups ?? {};
  if (bookId === undefined) return null;
  return { kind: 'book', bookId, ...(chapterId !== undefined && { chapterId }) };
}
