/** A Word document as blocks of the manuscript model. */
import type { Block, Inline } from '../book-compiler/model.ts';
import { inlineText } from '../book-compiler/model.ts';
import { isGeneratedStyle } from '../book-compiler/writers/docx-design.ts';
import type { DocxDocument, DocxElement, DocxParagraph, DocxRun } from './docx-document.ts';
import { isSceneBreak } from './scene-breaks.ts';
import type { SourceBlock } from './source-blocks.ts';

/** What the import has to tell: pictures, tables and comments. */
export interface DocxLosses {
  pictures: number;
  tables: number;
  notes: number;
}

export class DocxReader {
  readonly losses: DocxLosses = { pictures: 0, tables: 0, notes: 0 };
  readonly #document: DocxDocument;
  /** Notes whose marks have been read, and that stand behind the chapter. */
  #pending: { mark: string; blocks: SourceBlock[] }[] = [];
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
        if (block.kind === 'heading') yield* this.#takeNotes();
        yield block;
        yield* this.#takeComments(block);
      }
    }
    yield* this.#takeNotes();
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

  *#takeNotes(): Generator<SourceBlock> {
    const notes = this.#pending;
    this.#pending = [];
    for (const { mark, blocks } of notes) {
      const [first, ...rest] = blocks;
      const inlines: Inline[] = first && 'inlines' in first ? first.inlines : [];
      yield { kind: 'paragraph', inlines: [{ kind: 'text', text: `${mark} ` }, ...inlines] };
      yield* rest;
    }
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
    if ((text === '' && !hasPicture(inlines)) || isGeneratedStyle(paragraph.styleId)) return { kind: 'blank' };
    if (level) return { kind: 'heading', level: Number(level), inlines };
    if (/^title$/i.test(style)) return { kind: 'title', inlines };
    if (/^(?:subtitle|author)$/i.test(style)) return { kind: 'subtitle', inlines };
    const quoted = (block: Block): Block => (isQuote(paragraph, style) ? { kind: 'quote', blocks: [block] } : block);
    if (text === '') return quoted({ kind: 'paragraph', inlines });
    if (isSceneBreak(text) || /scene.?break|separator/i.test(style)) return quoted({ kind: 'scene-break' });
    if (/verbatim|preformatted|source ?code|html ?code/i.test(style)) return { kind: 'verbatim', text: inlineTextWithBreaks(inlines) };
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
    const children = this.#readInlines(run.children, { italic: marks.italic || italic, bold: marks.bold || bold });
    if (children.length === 0) return [];
    const emphasised: Inline[] = italic ? [{ kind: 'emphasis', children }] : children;
    return bold ? [{ kind: 'strong', children: emphasised }] : emphasised;
  }

  #readNote(reference: { noteType: string; noteId: string }): Inline[] {
    const note = this.#document.notes?.resolve(reference);
    if (!note) return [];
    this.losses.notes += 1;
    const mark = `[${this.losses.notes}]`;
    this.#pending.push({ mark, blocks: note.body.flatMap((element) => [...this.#readBlock(element)]).filter((block) => block.kind !== 'blank') });
    return [{ kind: 'text', text: mark }];
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
