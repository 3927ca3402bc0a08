/**
 * The manuscript model: what every writer gets. It holds one chapter at a time; a book is a stream of them.
 * Texts in it are clean: no character that XML forbids, no line breaks inside a paragraph, no Markdown marks.
 */

export type Inline =
  | { kind: 'text'; text: string }
  | { kind: 'emphasis'; children: Inline[] }
  | { kind: 'strong'; children: Inline[] }
  | { kind: 'code'; text: string }
  /** `url` as the author wrote it; a writer asks `webAddress` before it links. */
  | { kind: 'link'; url: string; children: Inline[] }
  | { kind: 'image'; url: string; alt: string }
  | { kind: 'break' };

export type Block =
  | { kind: 'paragraph'; inlines: Inline[] }
  /** Levels start at 2 in a chapter, whose title is the 1, and leave none out. */
  | { kind: 'heading'; level: number; inlines: Inline[] }
  | { kind: 'quote'; blocks: Block[] }
  | { kind: 'list'; ordered: boolean; start: number; items: Block[][] }
  | { kind: 'scene-break' }
  /** Lines that stand as typed. */
  | { kind: 'verbatim'; text: string };

export interface Chapter {
  /** 1 for the first. */
  number: number;
  /** Clean; empty where the author gave none. */
  title: string;
  blocks: Block[];
}

/** What stands before the chapters. Clean, and never empty but for `author`. */
export interface BookHead {
  title: string;
  author: string;
  /** A canonical BCP 47 tag; `und` where the book's own is none. */
  language: string;
  /** All of them, in order, before the first is written: a table of contents may come first. */
  chapterTitles: readonly string[];
}

/** Where a chapter is named but has no title: a table of contents, an outline. */
export function chapterLabel(title: string, number: number): string {
  return title || `Chapter ${number}`;
}

/** The inlines' text as a reader sees it. */
export function inlineText(inlines: readonly Inline[]): string {
  return inlines
    .map((inline) => {
      if (inline.kind === 'text' || inline.kind === 'code') return inline.text;
      if (inline.kind === 'image') return inline.alt;
      return inline.kind === 'break' ? ' ' : inlineText(inline.children);
    })
    .join('');
}
