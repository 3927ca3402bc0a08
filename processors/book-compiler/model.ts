/**
 * The manuscript model: what every writer gets. It holds one section at a time; a book is a stream of them.
 * Texts in it are clean: no character that XML forbids, no line breaks inside a paragraph, no Markdown marks.
 */

import type { MatterItem } from '#schemas/generated/types.ts';
import type { PictureHead } from '../contract/pictures.ts';

/** A picture's file. */
export interface Picture extends PictureHead {
  /** Such as `picture-0001.jpg`: one name for one address, wherever it stands in the book. */
  name: string;
  bytes: Uint8Array;
}

export type Inline =
  | { kind: 'text'; text: string }
  | { kind: 'emphasis'; children: Inline[] }
  | { kind: 'strong'; children: Inline[] }
  | { kind: 'code'; text: string }
  /** `url` as the author wrote it; a writer asks `webAddress` before it links. */
  | { kind: 'link'; url: string; children: Inline[] }
  /** `picture` is absent where there is no file, or none that can be read: `alt` stands for it. */
  | { kind: 'image'; url: string; alt: string; picture?: Picture }
  /**
   * The note's number stands here, and the note where the format has its notes. `isFirst`: of the references to this note; `isBeside`: right
   * behind another number, which a comma parts it from.
   */
  | { kind: 'footnote'; note: Footnote; isFirst?: boolean; isBeside?: boolean }
  | { kind: 'break' };

/** One object for each note, however many references lead to it: from the text, from other notes, from itself. */
export interface Footnote {
  /** As the author calls it; empty where nobody gave it a name. */
  name: string;
  /** Unique in the book, such as `chapter-12-note-3`, and the number in its section; '' and 0 until they are known (`numberNotes`). */
  id: string;
  number: number;
  /** How many references lead to it, once it has its number. */
  references: number;
  /** It is another note that refers to it first. */
  isNested: boolean;
  /** Nothing refers to it: its number stands at the chapter's end. */
  isLoose: boolean;
  blocks: Block[];
}

export type Block =
  | { kind: 'paragraph'; inlines: Inline[] }
  /** Levels start at 2 in a chapter, whose title is the 1, and leave none out. */
  | { kind: 'heading'; level: number; inlines: Inline[] }
  | { kind: 'quote'; blocks: Block[] }
  | { kind: 'list'; ordered: boolean; start: number; items: Block[][] }
  | { kind: 'scene-break' }
  /** Lines that stand as typed. */
  | { kind: 'verbatim'; text: string };

export type SectionKind = 'chapter' | 'part' | MatterItem['kind'];

/** What begins on a page of its own, as far as it is known before its text is read. */
export interface SectionHead {
  /** Unique in the book, such as `chapter-12` or `dedication-1`: it names files and anchors. */
  id: string;
  kind: SectionKind;
  /** Before the chapters, among them or after them. */
  division: 'front' | 'body' | 'back';
  /** What stands above the title, such as “Chapter One”; it is no word of the author's. Empty where nothing does. */
  numberLine: string;
  /** False: the author wants no number on it. */
  isNumbered?: boolean;
  /** Clean; empty where there is none. */
  title: string;
  /** Its name where it has no title: in a table of contents, in an outline. */
  label: string;
}

/** What a writer makes of what it knows of the book: no text is given for it, and its words are none of the author's. */
export function makesItself(kind: SectionKind): boolean {
  return kind === 'half-title' || kind === 'title-page' || kind === 'contents';
}

export interface Section extends SectionHead {
  /** None of what makes itself. */
  blocks: Block[];
  /** Those that the blocks lead to, in the order of their numbers. Their words stand behind the blocks' in every format. */
  notes: readonly Footnote[];
}

/** What is known of a book before its first section is written. Clean, and never empty but for the optional fields' ''. */
export interface BookHead {
  title: string;
  subtitle: string;
  author: string;
  /** Who submits it, a line each. */
  contact: readonly string[];
  /** A canonical BCP 47 tag; `und` where the book's own is none. */
  language: string;
  /** Absent where the book has none of its own. */
  cover?: Picture;
  /** All of them, in order: a table of contents may come first. */
  sections: readonly SectionHead[];
}

/** The inlines' text as a reader sees it, without the numbers of notes. */
export function inlineText(inlines: readonly Inline[]): string {
  return inlines
    .map((inline) => {
      if (inline.kind === 'text' || inline.kind === 'code') return inline.text;
      if (inline.kind === 'image') return inline.alt;
      if (inline.kind === 'footnote') return '';
      return inline.kind === 'break' ? ' ' : inlineText(inline.children);
    })
    .join('');
}
