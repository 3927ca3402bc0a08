import type { Footnote } from '../book-compiler/model.ts';
import { createNote } from '../book-compiler/notes.ts';
import { resolvePath } from './epub-package.ts';

/**
 * The notes of some pages: the places that a reference leads to which says that it is one, by EPUB's words (epub:type) or by ARIA's
 * (DPUB-ARIA 1.1). How a note's own place is marked differs from book to book, so that is not asked.
 */
export interface HtmlNotes {
  /** The note at a place of a page. */
  at(path: string, id: string): Footnote | undefined;
  /** The note that an address on a page leads to. */
  behind(path: string, address: string): Footnote | undefined;
  /** Whether an address leads back to a reference. */
  leadsBack(path: string, address: string): boolean;
}

const LINK = /<a\s[^<>]{1,2000}>/gi;
const IS_REFERENCE = /\s(?:epub:type|role)\s*=\s*["'][^"']{0,200}\b(?:doc-)?noteref\b/i;
const ADDRESS = /\shref\s*=\s*["']([^"']{1,1000})["']/i;
const ID = /\sid\s*=\s*["']([^"']{1,200})["']/gi;

/** @param pages their markup, by path */
export function findHtmlNotes(pages: ReadonlyMap<string, string>): HtmlNotes {
  const asked = new Set<string>();
  const references = new Set<string>();
  for (const [path, html] of pages) {
    for (const [tag] of html.includes('noteref') ? html.matchAll(LINK) : []) {
      if (!IS_REFERENCE.test(tag)) continue;
      asked.add(placeOf(path, ADDRESS.exec(tag)?.[1] ?? ''));
      for (const [, id = ''] of tag.matchAll(ID)) references.add(`${path}#${id}`);
    }
  }
  const notes = new Map<string, Footnote>();
  for (const [path, html] of asked.size > 0 ? pages : []) {
    for (const [, id = ''] of html.matchAll(ID)) {
      const place = `${path}#${id}`;
      if (asked.has(place) && !notes.has(place)) notes.set(place, createNote());
    }
  }
  return {
    at: (path, id) => notes.get(`${path}#${id}`),
    behind: (path, address) => notes.get(placeOf(path, address)),
    leadsBack: (path, address) => references.has(placeOf(path, address)),
  };
}

function placeOf(path: string, address: string): string {
  const [file = '', id = ''] = address.split('#');
  return `${file === '' ? path : resolvePath(path, file)}#${id}`;
}
