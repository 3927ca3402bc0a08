/** Footnotes of a Word document: a part of their own (ECMA-376 part 1, §17.11), which Word numbers through the book. */
import type { Footnote, Inline } from '../model.ts';

const WORD = 'http://schemas.openxmlformats.org/wordprocessingml/2006/main';
const OFFICE = 'http://schemas.openxmlformats.org/officeDocument/2006';

export const NOTE_STYLE = 'FootnoteText';
export const NOTE_MARK_STYLE = 'FootnoteReference';

const MARK = `<w:rPr><w:rStyle w:val="${NOTE_MARK_STYLE}"/></w:rPr>`;

/** The number before a note's text. */
export const OWN_MARK = `<w:r>${MARK}<w:footnoteRef/></w:r><w:r><w:t xml:space="preserve"> </w:t></w:r>`;

/** What Word draws between a page's text and its notes. */
const SEPARATORS = ['separator', 'continuationSeparator'].map((type, index) => `<w:footnote w:type="${type}" w:id="${index - 1}"><w:p><w:pPr><w:spacing w:after="0" w:line="240" w:lineRule="auto"/></w:pPr><w:r><w:${type}/></w:r></w:p></w:footnote>\n`).join('');

export class DocxNotes {
  readonly #parts: string[] = [];
  /** Notes of the sections before. */
  #before = 0;
  #section: readonly Footnote[] = [];
  /** Whose numbers the last reference put behind its own. */
  #behind: Footnote[] = [];

  startSection(notes: readonly Footnote[]): void {
    this.#before += this.#section.length;
    this.#section = notes;
  }

  /** @param xml its paragraphs, the first of which begins with `OWN_MARK` */
  add(note: Footnote, xml: string): void {
    this.#parts.push(`<w:footnote w:id="${this.#numberOf(note)}">${xml}</w:footnote>\n`);
  }

  /**
   * The runs of a reference. Word takes a note's place from the document, and none in another note: so one that only a note leads to has its
   * number behind that note's, and where it is spoken of, a field tells it.
   */
  refer({ note, isFirst, isBeside }: Extract<Inline, { kind: 'footnote' }>): string {
    // Its number stands there already.
    if (isBeside && this.#behind.includes(note)) return '';
    const comma = isBeside ? COMMA : '';
    this.#behind = [];
    if (!isFirst || note.isNested) return comma + this.#field(note);
    let runs = comma + this.#place(note);
    for (let at = note.number; this.#section[at]?.isNested; at += 1) {
      this.#behind.push(this.#section[at]!);
      runs += COMMA + this.#place(this.#section[at]!);
    }
    return runs;
  }

  #place(note: Footnote): string {
    const id = this.#numberOf(note);
    const run = `<w:r>${MARK}<w:footnoteReference w:id="${id}"/></w:r>`;
    return note.references > 1 || note.isNested ? `<w:bookmarkStart w:id="${id}" w:name="${bookmarkOf(id)}"/>${run}<w:bookmarkEnd w:id="${id}"/>` : run;
  }

  /** §17.16.5.39, with the number that Word counts. */
  #field(note: Footnote): string {
    const id = this.#numberOf(note);
    const part = (type: string): string => `<w:r>${MARK}<w:fldChar w:fldCharType="${type}"/></w:r>`;
    return `${part('begin')}<w:r>${MARK}<w:instrText xml:space="preserve"> NOTEREF ${bookmarkOf(id)} \\f \\h </w:instrText></w:r>${part('separate')}<w:r>${MARK}<w:t>${id}</w:t></w:r>${part('end')}`;
  }

  #numberOf(note: Footnote): number {
    return this.#before + note.number;
  }

  toXml(): string {
    return `<?xml version="1.0" encoding="UTF-8" standalone="yes"?>\n<w:footnotes xmlns:w="${WORD}" xmlns:r="${OFFICE}/relationships">${SEPARATORS}${this.#parts.join('')}</w:footnotes>\n`;
  }
}

const COMMA = `<w:r>${MARK}<w:t>,</w:t></w:r>`;

function bookmarkOf(id: number): string {
  return `_RectoNote${id}`;
}

/** What stands between and behind numbers is no word of the author's. */
export const NOTE_MARKS = new RegExp(`<w:r>${MARK}(?:<w:instrText[^>]*>[^<]*</w:instrText>|<w:t>[^<]*</w:t>)</w:r>`, 'g');
