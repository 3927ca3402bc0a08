import type { SyntaxNodeRef } from '@lezer/common';
import { decodeEntity } from '../book-compiler/entities.ts';
import { findPlainSentences } from '../contract/plain-sentences.ts';
import { parseProse } from '../contract/prose-markdown.ts';

/** A sentence of a chapter. */
export interface SourceSentence {
  /** Without Markdown's marks, on one line. */
  text: string;
  /** As it stands in the chapter's text: what its place is found by. */
  quote: string;
}

/** Nodes of which nothing is read out. */
const SILENT = new Set(['FootnoteReference', 'EmphasisMark', 'CodeMark', 'QuoteMark', 'LinkMark', 'URL', 'LinkTitle', 'LinkLabel', 'HTMLTag', 'Comment', 'Image']);

/** The sentences of a chapter's paragraphs, in order; headings, notes, code and raw HTML are none. */
export function readSentences(markdown: string, language?: string): SourceSentence[] {
  const sentences: SourceSentence[] = [];
  parseProse(markdown).iterate({
    enter(node) {
      // A note stands beside the story.
      if (node.name === 'FootnoteDefinition') return false;
      if (node.name !== 'Paragraph') return undefined;
      const { text, places } = readPlain(node, markdown);
      for (const sentence of findPlainSentences(text, language)) {
        const inner = withoutStrayQuotes(sentence.text);
        const start = sentence.start + sentence.text.indexOf(inner);
        const from = places[start] ?? node.from;
        const to = (places[start + inner.length - 1] ?? node.to - 1) + 1;
        if (inner !== '') sentences.push({ text: inner, quote: markdown.slice(from, to) });
      }
      return false;
    },
  });
  return sentences;
}

/** A paragraph's letters, and where in the chapter each of them stands. */
function readPlain(paragraph: SyntaxNodeRef, source: string): { text: string; places: number[] } {
  const places: number[] = [];
  let text = '';
  // Asked of the text itself, each letter would cost the whole of it.
  let endsBlank = true;
  let at = paragraph.from;
  const add = (piece: string, from: number): void => {
    for (let index = 0; index < piece.length; index += 1) {
      const char = piece[index] ?? '';
      const blank = /\s/.test(char);
      // Typeset books put a word joiner, which nobody sees, before dashes.
      if (char === '\u2060' || char === '\u200b' || char === '\u00ad' || (blank && endsBlank)) continue;
      text += blank ? ' ' : char;
      endsBlank = blank;
      places.push(from + index);
    }
  };
  paragraph.node.toTree().iterate({
    enter(node) {
      const [from, to] = [paragraph.from + node.from, paragraph.from + node.to];
      if (from < at) return undefined;
      const raw = source.slice(from, to);
      const instead = SILENT.has(node.name) ? '' : node.name === 'Escape' ? raw.slice(1) : node.name === 'Entity' ? (decodeEntity(raw) ?? raw) : null;
      if (instead === null) return undefined;
      add(source.slice(at, from), at);
      for (const char of instead) {
        text += char;
        endsBlank = false;
        for (let unit = 0; unit < char.length; unit += 1) places.push(from);
      }
      at = to;
      return false;
    },
  });
  add(source.slice(at, paragraph.to), at);
  return { text, places };
}

const PAIRS: readonly (readonly [open: string, close: string])[] = [['“', '”'], ['«', '»'], ['„', '“'], ['「', '」']];

/** One sentence of a longer speech has a mark at one end alone: it reads better with neither. */
function withoutStrayQuotes(text: string): string {
  let inner = text;
  for (const [open, close] of PAIRS) {
    if (inner.startsWith(open) && !inner.includes(close)) inner = inner.slice(open.length);
    if (inner.endsWith(close) && !inner.includes(open)) inner = inner.slice(0, -close.length);
  }
  return inner.trim();
}
