/** PDF (ISO 32000, tagged), set by Typst: a printer’s pages, or a typescript’s. */
import { RectoError } from '#schemas/errors.ts';
import { usesLetterPaper } from '../language.ts';
import { makesItself, type BookHead, type Section } from '../model.ts';
import { visitImages } from '../place-pictures.ts';
import type { Replacements } from '../replacements.ts';
import { MANUSCRIPT_SCENE_BREAK } from '../standard-manuscript.ts';
import { countWords, foldWords } from '../words.ts';
import type { TypesetJob, TypesetPages, Typesetter } from '../../contract/typesetter.ts';
import { FontChoice } from './typst-fonts.ts';
import { writeInitial } from './typst-initial.ts';
import { writeManuscriptStyle } from './typst-manuscript.ts';
import { planPage } from './typst-page.ts';
import { writePrintStyle } from './typst-styles.ts';
import { inItsScript, literal, readTypstWords, writeBlocks, writeNote, writeSection, type FindScript } from './typst-text.ts';
import type { BookWriter, WriterKind, WriterStart } from './writer.ts';

export const pdfWriter: WriterKind = {
  format: 'pdf',
  mediaType: 'application/pdf',
  extension: 'pdf',
  typography: 'typeset',
  finishing: 'Setting the pages',
  start: (start) => new PdfWriter(start),
};

class PdfWriter implements BookWriter {
  readonly #start: WriterStart;
  readonly #fonts: FontChoice;
  readonly #scriptOf: FindScript = (text) => this.#fonts.passage(text);
  readonly #parts: string[] = [];
  /** By name. */
  readonly #pictures = new Map<string, { bytes: Uint8Array; alt: string }>();
  #letters = 0;
  /** Whether a section of the body is written. */
  #isBegun = false;
  /** Of the chapters. */
  #words = 0;

  constructor(start: WriterStart) {
    this.#start = start;
    this.#fonts = new FontChoice(start.layout.font ?? (start.layout.style === 'manuscript-classic' ? 'courier-prime' : 'source-serif'), start.head.language);
    const { title, subtitle, author, contact, sections } = start.head;
    for (const text of [title, subtitle, author, ...contact, ...sections.map(({ numberLine, label }) => numberLine + label), start.layout.scene_break ?? '']) this.#fonts.see(text);
  }

  writeSection(section: Section): string {
    const { head, replacements } = this.#start;
    const notes = section.notes.map((note) => writeNote(note, replacements, this.#scriptOf));
    const text = makesItself(section.kind) ? ownPage(section, head) : writeSection(section, wrap(section, this.#blocks(section)), !this.#isBegun && section.division === 'body');
    this.#isBegun ||= section.division === 'body';
    // A name is known only behind its line, and a note may lead to those behind it.
    const source = notes.toReversed().join('') + text;
    this.#parts.push(source);
    visitImages(section.blocks, ({ picture, alt }) => picture && !this.#pictures.has(picture.name) && this.#pictures.set(picture.name, { bytes: picture.bytes, alt }));
    this.#letters += source.length;
    this.#fonts.see(source);
    if (makesItself(section.kind)) return '';
    const words = foldWords([text, ...notes].map(readTypstWords).join(' '));
    if (section.kind === 'chapter') this.#words += countWords(words);
    return words;
  }

  /** A chapter begins with a large letter where the layout says so. */
  #blocks({ kind, blocks: [first, ...rest] }: Section): string {
    const { layout: { style, drop_caps }, replacements } = this.#start;
    if (first === undefined) return '';
    const hasInitial = drop_caps === true && style?.startsWith('manuscript') !== true && kind === 'chapter';
    const initial = hasInitial && first.kind === 'paragraph' ? writeInitial(first.inlines, replacements) : null;
    return initial === null ? writeBlocks([first, ...rest], replacements, this.#scriptOf) : `${inItsScript(first, initial, this.#scriptOf)}\n\n${writeBlocks(rest, replacements, this.#scriptOf)}`;
  }

  async finish(): Promise<Uint8Array> {
    const { layout, replacements, typesetter } = this.#start;
    if (!typesetter) throw new RectoError('unavailable', 'PDF can’t be made here: no typesetter came with this program. No file was made; choose another format.');
    const isManuscript = layout.style === 'manuscript-modern' || layout.style === 'manuscript-classic';
    const style = isManuscript ? this.#manuscriptStyle() : this.#printStyle();
    const { bytes, missing } = await this.#set(typesetter, { source: style + this.#parts.join('') + (isManuscript ? '#end-mark\n' : ''), fonts: this.#fonts.files(), files: new Map([...this.#pictures].map(([name, { bytes }]) => [name, bytes])) });
    for (const character of missing) replacements.note(`No font for PDF has “${character}” (${nameOf(character)}); an empty box stands for it`);
    return bytes;
  }

  /** A picture whose end is missing or wrong is found out only as it is set: its description stands for it then. */
  async #set(typesetter: Typesetter, job: TypesetJob): Promise<TypesetPages> {
    const source = (broken: readonly string[]): string => `#let broken = (${broken.map((name) => `${literal(name)},`).join(' ')})\n${job.source}`;
    try {
      return await typesetter.toPdf({ ...job, source: source([]) });
    } catch (thrown) {
      const broken: string[] = [];
      for (const [name, { bytes }] of this.#pictures) {
        const isSound = await typesetter.toPdf({ source: `#image(${literal(name)})`, fonts: [], files: new Map([[name, bytes]]) }).then(() => true, () => false);
        if (!isSound) broken.push(name);
      }
      if (broken.length === 0) throw thrown;
      for (const name of broken) noteDamaged(this.#pictures.get(name)!.alt, this.#start.replacements);
      return await typesetter.toPdf({ ...job, source: source(broken) });
    }
  }

  #manuscriptStyle(): string {
    const { head, layout } = this.#start;
    return writeManuscriptStyle(head, {
      fonts: this.#fonts,
      size: layout.font_size ?? 12,
      lineHeight: layout.line_height ?? 2,
      sceneBreak: layout.scene_break ?? MANUSCRIPT_SCENE_BREAK,
      paper: layout.trim === 'a4' || (layout.trim !== 'letter' && !usesLetterPaper(head.language)) ? 'a4' : 'us-letter',
      underlines: layout.style === 'manuscript-classic',
      words: this.#words,
    });
  }

  #printStyle(): string {
    const { head, layout } = this.#start;
    const page = planPage(layout.trim ?? (usesLetterPaper(head.language) ? '5.5x8.5' : 'a5'), { size: layout.font_size, lineHeight: layout.line_height }, this.#letters);
    return writePrintStyle(head, {
      size: page.size,
      lineHeight: page.lineHeight,
      fonts: this.#fonts,
      page,
      sceneBreak: layout.scene_break ?? '*\u2003*\u2003*',
      rectoStarts: layout.recto_starts ?? true,
    });
  }
}

function noteDamaged(alt: string, replacements: Replacements): void {
  replacements.note(alt === '' ? 'A picture without a description was left out: its file is damaged' : `A picture stands as its description, “${alt}”: its file is damaged`);
}

function nameOf(character: string): string {
  return `U+${character.codePointAt(0)!.toString(16).toUpperCase().padStart(4, '0')}`;
}

function ownPage({ kind, title }: Section, { subtitle, sections }: BookHead): string {
  if (kind === 'half-title') return '#half-title()\n\n';
  if (kind === 'title-page') return `#title-page(${literal(subtitle)})\n\n`;
  const named = sections.filter((section) => !makesItself(section.kind) && (section.division === 'body' || (section.division === 'back' && section.title !== '')));
  return `#contents(${literal(title)}, (${named.map(({ id, label }) => `(${literal(id)}, ${literal(label)}),\n`).join('')}))\n\n`;
}

/** What is set in a way of its own. */
function wrap({ kind }: Section, blocks: string): string {
  if (kind === 'copyright') return `#copyright[\n${blocks}]\n\n`;
  return kind === 'dedication' || kind === 'epigraph' ? `#dedication[\n${blocks}]\n\n` : blocks;
}
