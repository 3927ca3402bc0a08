import type { SyntaxNode } from '@lezer/common';
import { decodeEntity } from './entities.ts';
import { isClosedComment, isLineBreakTag } from './raw-html.ts';
import { inlineText, type Footnote, type Inline } from './model.ts';
import { findReferences, freeNumbers, withoutReferences } from './notes.ts';
import { referenceLabel, type References } from './references.ts';
import type { Replacements } from './replacements.ts';
import { startOfMark } from './source-words.ts';

/** What the reading of one chapter needs everywhere. */
export interface ChapterSource {
  text: string;
  references: References;
  /** What a `[^name]` refers to; undefined where nobody wrote that note. */
  noteOf(reference: string): Footnote | undefined;
  replacements: Replacements;
  /** How many blocks of raw HTML this text is the rest of. */
  rawDepth: number;
}

/** Emphasis nested deeper reads as plain text: no reader shows it, and writers recurse. */
const DEEPEST = 40;

/** The inlines of a paragraph or a heading, without white space around them. */
export function readInlines(source: ChapterSource, node: SyntaxNode): Inline[] {
  const reader = new InlineReader(source);
  const underline = node.name.startsWith('Setext') ? node.getChild('HeaderMark') : null;
  reader.read(node, node.from, underline ? startOfMark(underline, source.text) : node.to, 0);
  return reader.finish();
}

class InlineReader {
  readonly #source: ChapterSource;
  #out: Inline[] = [];
  #buffer = '';
  #atLineStart = true;

  constructor(source: ChapterSource) {
    this.#source = source;
  }

  /** Reads the part of a node from `from` to `to`; `literalMarks`: its own brackets are the author's. */
  read(node: SyntaxNode, from: number, to: number, depth: number, literalMarks = false): void {
    let position = from;
    for (let child = node.firstChild; child; child = child.nextSibling) {
      if (child.from < from || child.to > to) continue;
      this.#buffer += this.#source.text.slice(position, child.from);
      this.#readChild(child, depth, literalMarks);
      position = child.to;
    }
    this.#buffer += this.#source.text.slice(position, to);
  }

  finish(): Inline[] {
    this.#flush();
    const last = this.#out.at(-1);
    if (last?.kind === 'text') last.text = last.text.replace(/[ \n]+$/, '');
    return this.#out.filter((inline) => inline.kind !== 'text' || inline.text !== '');
  }

  #readChild(node: SyntaxNode, depth: number, literalMarks: boolean): void {
    const text = this.#source.text;
    switch (node.name) {
      case 'Escape':
        this.#buffer += text.slice(node.from + 1, node.to);
        return;
      case 'Entity':
        this.#buffer += decodeEntity(text.slice(node.from, node.to));
        return;
      case 'HardBreak':
        return this.#push({ kind: 'break' });
      case 'HTMLTag':
        return this.#readTag(text.slice(node.from, node.to));
      case 'Comment':
        return this.#readComment(text.slice(node.from, node.to));
      case 'InlineCode':
        return this.#readCode(node);
      case 'Emphasis':
      case 'StrongEmphasis':
        return this.#readEmphasis(node, depth);
      case 'Link':
      case 'Image':
        return this.#readLink(node, depth);
      case 'Autolink': {
        const url = text.slice(node.from + 1, node.to - 1);
        return this.#push({ kind: 'link', url, children: [{ kind: 'text', text: url }] });
      }
      case 'FootnoteReference':
      case 'LinkLabel':
        return this.#readLabel(node, literalMarks);
      case 'QuoteMark':
      case 'EmphasisMark':
      case 'HeaderMark':
        return;
      default:
        if (literalMarks || !LINK_MARKS.has(node.name)) this.#buffer += text.slice(node.from, node.to);
    }
  }

  /** `[^name]`, by itself or behind `[text]`, where the grammar takes it for a link's label. */
  #readLabel(node: SyntaxNode, literalMarks: boolean): void {
    const label = this.#source.text.slice(node.from, node.to);
    const note = label.startsWith('[^') ? this.#source.noteOf(label) : undefined;
    if (note) return this.#push({ kind: 'footnote', note });
    if (label.startsWith('[^')) this.#source.replacements.note(`No footnote is called “${label}”, so that stands as it was written`);
    if (literalMarks || node.name === 'FootnoteReference') this.#buffer += label;
  }

  #readTag(tag: string): void {
    if (isLineBreakTag(tag)) this.#push({ kind: 'break' });
    else this.#buffer += tag;
  }

  #readComment(comment: string): void {
    if (isClosedComment(comment)) noteComment(this.#source, comment);
    else this.#buffer += comment;
  }

  #readCode(node: SyntaxNode): void {
    const [open, close] = [node.firstChild, node.lastChild];
    const code = this.#source.text.slice(open?.to ?? node.from, close?.from ?? node.to).replace(/\s*\n[ \t]*/g, ' ');
    const padded = code.startsWith(' ') && code.endsWith(' ') && code.trim() !== '';
    this.#push({ kind: 'code', text: padded ? code.slice(1, -1) : code });
  }

  #readEmphasis(node: SyntaxNode, depth: number): void {
    const [open, close] = [node.firstChild, node.lastChild];
    if (!open || !close || depth >= DEEPEST) return this.read(node, node.from, node.to, depth);
    const kind = node.name === 'Emphasis' ? 'emphasis' : 'strong';
    const children = this.#collect(() => this.read(node, open.to, close.from, depth + 1));
    if (children.length > 0) for (const inline of freeNumbers({ kind, children })) this.#push(inline);
  }

  #readLink(node: SyntaxNode, depth: number): void {
    const { references, text } = this.#source;
    const label = referenceLabel(node, text);
    const address = node.getChild('URL');
    const written = label === null ? (address ? text.slice(address.from, address.to) : '') : references.find(label);
    if (written === undefined || depth >= DEEPEST) return this.read(node, node.from, node.to, depth, true);
    const url = written.replace(/^<|>$/g, '').replace(/\\([!-/:-@[-`{-~])/g, '$1').replace(/&[#\w]+;/g, decodeEntity);
    const [open, close] = node.getChildren('LinkMark');
    const children = this.#collect(() => this.read(node, open?.to ?? node.from, close?.from ?? node.to, depth + 1));
    const notes = findReferences(children);
    if (node.name !== 'Image') this.#push({ kind: 'link', url, children: notes.length === 0 ? children : withoutReferences(children) });
    else this.#pushImage(url, inlineText(children));
    // A number is a link itself, and a description has none: it stands behind them.
    for (const note of notes) this.#push(note);
  }

  #pushImage(url: string, alt: string): void {
    // Space at the edges of a description parts it from the words beside it.
    if (/^\s/.test(alt)) this.#buffer += ' ';
    this.#push({ kind: 'image', url, alt: alt.trim() });
    if (/\S\s+$/.test(alt)) this.#buffer += ' ';
  }

  /** What `read` makes, as a list of its own. */
  #collect(read: () => void): Inline[] {
    this.#flush();
    const outer = this.#out;
    this.#out = [];
    read();
    this.#flush();
    const inner = this.#out;
    this.#out = outer;
    return inner;
  }

  #push(inline: Inline): void {
    this.#flush();
    this.#out.push(inline);
    this.#atLineStart = inline.kind === 'break';
  }

  #flush(): void {
    if (this.#buffer === '') return;
    const text = this.#buffer.replace(/[ \t]*\n[ \t\n]*/g, ' ').replaceAll('\t', ' ');
    const shown = this.#atLineStart ? text.replace(/^ +/, '') : text;
    this.#buffer = '';
    if (shown === '') return;
    this.#out.push({ kind: 'text', text: shown });
    this.#atLineStart = false;
  }
}

const LINK_MARKS = new Set(['LinkMark', 'URL', 'LinkTitle', 'LinkLabel']);

export function noteComment(source: ChapterSource, comment: string): void {
  const words = comment.replace(/^<!--|-->\s*$/g, '').replace(/\s+/g, ' ').trim();
  source.replacements.note(`A comment was left out: “${words.length > 80 ? `${words.slice(0, 80)}…` : words}”`);
}
