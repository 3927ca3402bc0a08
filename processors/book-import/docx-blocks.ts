/** A Word document as blocks of the manuscript model. */
import type { Block, Footnote, Inline } from '../book-compiler/model.ts';
import { inlineText } from '../book-compiler/model.ts';
import { createNote, findReferences } from '../book-compiler/notes.ts';
import { isGeneratedStyle } from '../book-compiler/writers/docx-design.ts';
import { groupBlocks } from './docx-groups.ts';
import type { DocxDocument, DocxElement, DocxParagraph, DocxRun } from './docx-document.ts';
import { isSceneBreak } from './scene-breaks.ts';
import type { SourceBlock } from './source-blocks.ts';

/** What the import has to tell. */
export interface DocxLosses {
  pictures: number;
  tables: number;
}

export class DocxReader {
  readonly losses: DocxLosses = { pictures: 0, tables: 0 };
  readonly #document: DocxDocument;
  /** Footnotes and endnotes by their kind and Word's id, and in the order of their numbers. */
  readonly #notes = new Map<string, Footnote>();
  readonly #numbered: { footnote: Footnote[]; endnote: Footnote[] } = { footnote: [], endnote: [] };
  /** Those whose text is still to be read: read at once, one that refers to the next would go on without end. */
  #unread: { note: Footnote; body: readonly DocxElement[] }[] = [];
  /** Ids of the comments on the block that is being read. */
  #comments: string[] = [];
  readonly #commentsById: Map<string, NonNullable<DocxDocument['comments']>[number]>;

  constructor(document: DocxDocument) {
    this.#document = document;
    this.#commentsById = new Map((document.comments ?? []).map((comment) => [comment.commentId, comment]));
  }

  *read(): Generator<SourceBlock> {
    for (const element of this.#document.children) {
      for (const block of this.#readBlock(element)) {
        this.#readNotes();
        yield block;
        yield* this.#takeComments(block);
      }
    }
  }

  /** The comments on a block, each with who made it and the words that the block begins with. */
  *#takeComments(block: SourceBlock): Generator<SourceBlock> {
    const ids = this.#comments;
    if (ids.length === 0) return;
    this.#comments = [];
    const place = textOfBlock(block);
    for (const id of ids) {
      const comment = this.#commentsById.get(id);
      // Once each, however often a hostile file refers to it.
      this.#commentsById.delete(id);
      const text = (comment?.body ?? []).flatMap((element) => [...this.#readBlock(element)]).map(textOfBlock).filter(Boolean).join('\n');
      if (text !== '') yield { kind: 'note', text: `${comment?.authorName || 'Comment'}${place && ` at “${place.length > 60 ? `${place.slice(0, 60).replace(/\p{Surrogate}$/u, '')}…` : place}”`}: ${text}` };
    }
  }

  #readNotes(): void {
    for (let next = this.#unread.shift(); next; next = this.#unread.shift()) next.note.blocks = groupBlocks(next.body.flatMap((element) => [...this.#readBlock(element)]), false);
  }

  *#readBlock(element: DocxElement): Generator<SourceBlock> {
    if (element.type === 'paragraph') yield this.#readParagraph(element);
    else if (element.type === 'table') {
      this.losses.tables += 1;
      for (const row of element.children) yield* this.#readBlock(row);
    } else if (element.type === 'tableRow' || element.type === 'tableCell') for (const child of element.children) yield* this.#readBlock(child);
  }

  #readParagraph(paragraph: DocxParagraph): SourceBlock {
    const inlines = this.#readInlines(paragraph.children, {});
    const text = inlineText(inlines).trim();
    const style = paragraph.styleName ?? paragraph.styleId ?? '';
    const level = /^heading ?([1-6])$/i.exec(style)?.[1];
    const hasNotes = findReferences(inlines).length > 0;
    if ((text === '' && !hasPicture(inlines) && !hasNotes) || isGeneratedStyle(paragraph.styleId)) return { kind: 'blank' };
    if (level) return { kind: 'heading', level: Number(level), inlines };
    if (/^title$/i.test(style)) return { kind: 'title', inlines };
    if (/^(?:subtitle|author)$/i.test(style)) return { kind: 'subtitle', inlines };
    const quoted = (block: Block): Block => (isQuote(paragraph, style) ? { kind: 'quote', blocks: [block] } : block);
    if (text === '') return quoted({ kind: 'paragraph', inlines });
    if (!hasNotes && (isSceneBreak(text) || /scene.?break|separator/i.test(style))) return quoted({ kind: 'scene-break' });
    if (!hasNotes && /verbatim|preformatted|source ?code|html ?code/i.test(style)) return { kind: 'verbatim', text: inlineTextWithBreaks(inlines) };
    const { numbering } = paragraph;
    if (numbering) return { kind: 'item', level: Number(numbering.level) || 0, ordered: numbering.isOrdered, inlines };
    return quoted({ kind: 'paragraph', inlines });
  }

  #readInlines(elements: readonly DocxElement[], marks: { italic?: boolean; bold?: boolean }): Inline[] {
    return elements.flatMap((element) => this.#readInline(element, marks));
  }

  #readInline(element: DocxElement, marks: { italic?: boolean; bold?: boolean }): Inline[] {
    switch (element.type) {
      case 'run':
        return this.#readRun(element, marks);
      case 'text':
        return [{ kind: 'text', text: element.value.replace(/[\n\r\t]/g, ' ') }];
      case 'tab':
        return [{ kind: 'text', text: ' ' }];
      case 'break':
        // A page's end inside a paragraph is layout.
        return element.breakType === 'line' ? [{ kind: 'break' }] : [{ kind: 'text', text: ' ' }];
      case 'hyperlink': {
        const children = this.#readInlines(element.children, marks);
        return element.href ? [{ kind: 'link', url: element.href, children }] : children;
      }
      case 'noteReference':
        return this.#readNote(element);
      case 'image':
        if (typeof element.address === 'string') return [{ kind: 'image', url: element.address, alt: (element.altText ?? '').replace(/\s+/g, ' ').trim() }];
        if (element.address === undefined) this.losses.pictures += 1;
        return element.altText ? [{ kind: 'text', text: element.altText }] : [];
      case 'checkbox':
        return [{ kind: 'text', text: element.checked ? '☑' : '☐' }];
      case 'commentReference':
        this.#comments.push(element.commentId);
        return [];
      case 'bookmarkStart':
        return [];
      default:
        return this.#readInlines(element.children, marks);
    }
  }

  #readRun(run: DocxRun, marks: { italic?: boolean; bold?: boolean }): Inline[] {
    const style = run.styleName ?? '';
    // Underlined in a typescript means set in italics.
    const italic = !marks.italic && (run.isItalic || (run.isUnderline && !/link/i.test(style)) || /^(?:subtle |intense )?emphasis$/i.test(style));
    const bold = !marks.bold && (run.isBold || /^strong$/i.test(style));
    if (/^(?:foot|end)note (?:reference|anchor)$/i.test(style)) return this.#readNoteMarks(run);
    const children = this.#readInlines(run.children, { italic: marks.italic || italic, bold: marks.bold || bold });
    if (children.length === 0) return [];
    const emphasised: Inline[] = italic ? [{ kind: 'emphasis', children }] : children;
    return bold ? [{ kind: 'strong', children: emphasised }] : emphasised;
  }

  #readNote(reference: { noteType: string; noteId: string }): Inline[] {
    const key = `${reference.noteType} ${reference.noteId}`;
    const known = this.#notes.get(key);
    if (known) return [{ kind: 'footnote', note: known }];
    const found = this.#document.notes?.resolve(reference);
    if (!found) return [];
    const note = createNote();
    this.#notes.set(key, note);
    this.#numbered[reference.noteType === 'endnote' ? 'endnote' : 'footnote'].push(note);
    this.#unread.push({ note, body: found.body });
    return [{ kind: 'footnote', note }];
  }

  /** What looks as a note's number does: one, what stands between two, or what a field says of another place's. */
  #readNoteMarks(run: DocxRun): Inline[] {
    const inlines = this.#readInlines(run.children, {});
    const references = findReferences(inlines);
    if (references.length > 0) return references;
    const text = inlineText(inlines).trim();
    const kind = /^end/i.test(run.styleName ?? '') ? 'endnote' : 'footnote';
    const note = this.#numbered[kind][Number(text) - 1];
    if (note) return [{ kind: 'footnote', note }];
    return text === ',' ? [] : inlines;
  }
}

function hasPicture(inlines: readonly Inline[]): boolean {
  return inlines.some((inline) => inline.kind === 'image' || ('children' in inline && hasPicture(inline.children)));
}

function isQuote(paragraph: DocxParagraph, style: string): boolean {
  if (/quot|block ?text/i.test(style)) return true;
  return Number(paragraph.indent.start) >= 360 && Number(paragraph.indent.end) >= 360;
}

function textOfBlock(block: SourceBlock): string {
  if (block.kind === 'quote') return block.blocks.map(textOfBlock).join(' ');
  return 'inlines' in block ? inlineText(block.inlines).replace(/\s+/g, ' ').trim() : '';
}

function inlineTextWithBreaks(inlines: readonly Inline[]): string {
  return inlines.map((inline) => (inline.kind === 'break' ? '\n' : inlineText([inline]))).join('');
}
