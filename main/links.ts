import { LINK_SCHEME, type OpenTarget } from '#schemas/ipc.ts';

const ID = /^[\w-]{1,200}$/;

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
  if (text.length > 1000 || !URL.canParse(text)) return null;
  const url = new URL(text);
  if (url.protocol !== `${LINK_SCHEME}:`) return null;
  const parts = url.pathname.split('/').filter((part) => part !== '');
  if (url.host === 'library' && parts.length === 0) return { kind: 'library' };
  const [bookId, chapterId] = parts;
  if (url.host !== 'book' || bookId === undefined || parts.length > 2 || !parts.every((part) => ID.test(part))) return null;
  return { kind: 'book', bookId, ...(chapterId !== undefined && { chapterId }) };
}
