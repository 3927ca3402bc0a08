/**
 * Word's format (ECMA-376 part 1, WordprocessingML), written by hand and streamed. The `docx` package keeps a
 * whole book as objects: measured on 563,000 words it took 304 MB for the bare paragraphs, where half of pandoc's
 * peak, our bound, is 196 MB; what a manuscript needs of the format is small.
 */
import { makesItself, type Block, type BookHead, type Footnote, type Inline, type Picture, type Section } from '../model.ts';
import { pictureAlone } from '../place-pictures.ts';
import type { Replacements } from '../replacements.ts';
import { webAddress } from '../web-address.ts';
import { foldWords } from '../words.ts';
import { endMark } from '../standard-manuscript.ts';
import { unescapeXml } from '../xml.ts';
import { ZipWriter, type ZipEntryWriter } from '../zip.ts';
import { END_STYLE, NUMBER_STYLE, paperOf, type DocxDesign } from './docx-design.ts';
import { designOf } from './docx-designs.ts';
import { manuscriptTitlePage, textWords } from './docx-manuscript.ts';
import { appProperties, contentTypes, coreProperties, documentEnd, documentStart, footer, header, PACKAGE_RELATIONS, partsOf, sectionProperties, settings } from './docx-parts.ts';
import { DocxNotes, NOTE_MARKS, NOTE_STYLE, OWN_MARK } from './docx-notes.ts';
import { PICTURE_ALONE, pictureRun, readDescriptions } from './docx-pictures.ts';
import { addProperty, paragraph, textRun, verbatimRun } from './docx-runs.ts';
import { DocxLists, DocxRelations } from './docx-tables.ts';
import { docxStyles } from './docx-styles.ts';
import type { BookWriter, WriterKind, WriterStart } from './writer.ts';
import { noteDeadLink, noteImage } from './xhtml.ts';

export const docxWriter: WriterKind = {
  format: 'docx',
  mediaType: 'application/vnd.openxmlformats-officedocument.wordprocessingml.document',
  extension: 'docx',
  typography: 'typeset',
  start: (start) => new DocxWriter(start),
};

/** Where a paragraph stands. */
interface Place {
  quotes: number;
  lists: number;
  /** Properties that make the next paragraph the first of its list item. */
  numbering?: string;
}

const TOP: Place = { quotes: 0, lists: 0 };

/** Twentieths of a point: half an inch a level. */
const INDENT = 720;

class DocxWriter implements BookWriter {
  readonly #zip = new ZipWriter();
  readonly #document: ZipEntryWriter;
  readonly #head: BookHead;
  readonly #design: DocxDesign;
  readonly #replacements: Replacements;
  readonly #sceneBreak: string;
  readonly #relations: DocxRelations;
  /** Of the notes, which are a part of their own. */
  readonly #noteRelations = new DocxRelations([]);
  readonly #notes = new DocxNotes();
  #inNote = false;
  readonly #lists = new DocxLists();
  #drawings = 0;
  /** That are open around what is written. */
  #quotes = 0;
  /** Files of pictures that are in it. */
  readonly #media = new Set<string>();
  /** The paragraph that follows a heading or a scene break may stand without a first-line indent. */
  #first = true;
  /** Of the chapters. */
  #words = 0;

  constructor({ head, layout, replacements }: WriterStart) {
    this.#head = head;
    this.#design = designOf(layout, head.language);
    this.#replacements = replacements;
    this.#sceneBreak = layout.scene_break ?? this.#design.sceneBreak;
    const parts = partsOf(this.#design);
    this.#relations = new DocxRelations(parts);
    this.#zip.add('[Content_Types].xml', contentTypes(parts));
    this.#zip.add('_rels/.rels', PACKAGE_RELATIONS);
    this.#zip.add('docProps/core.xml', coreProperties(head));
    this.#zip.add('docProps/app.xml', appProperties());
    this.#zip.add('word/styles.xml', docxStyles(head.language, this.#design));
    this.#zip.add('word/settings.xml', settings());
    if (parts.includes('footer')) this.#zip.add('word/footer.xml', footer());
    if (parts.includes('header')) this.#zip.add('word/header.xml', header(head, this.#design));
    this.#document = this.#zip.open('word/document.xml');
  }

  writeSection(section: Section): string {
    // A standard manuscript's title page says how long it is, and is written when that is known.
    if (section.kind === 'title-page' && !this.#isManuscript) this.#document.write(this.#titlePage());
    // Word makes contents of its own, from the headings.
    if (makesItself(section.kind)) return '';
    this.#design.setBlocks(section.blocks);
    this.#notes.startSection(section.notes);
    this.#document.write(this.#numberLine(section));
    const xml = this.#title(section) + this.#blocks(section.blocks, TOP);
    this.#document.write(xml);
    const written = foldWords([xml, ...section.notes.map((note) => this.#note(note))].map(readDocxWords).join(' '));
    if (section.kind === 'chapter') this.#words += textWords(written, section.title);
    if (this.#isManuscript && section.id === this.#lastChapter) this.#document.write(paragraph(END_STYLE, textRun(endMark(this.#head.language))));
    return written;
  }

  get #isManuscript(): boolean {
    return this.#design.page === 'running-head';
  }

  get #lastChapter(): string | undefined {
    return this.#head.sections.findLast(({ division }) => division === 'body')?.id;
  }

  /** No word of the author's. Where no title follows, it is the heading. */
  #numberLine({ numberLine, title }: Section): string {
    if (numberLine === '') return '';
    return paragraph(title === '' ? 'Heading1' : NUMBER_STYLE, textRun(this.#design.setLine(numberLine)));
  }

  #title({ numberLine, title }: Section): string {
    this.#first = true;
    // What has no title still starts on its own page.
    if (title === '') return numberLine === '' ? paragraph('ChapterStart', '') : '';
    return paragraph('Heading1', textRun(this.#design.setLine(title)), numberLine === '' ? '' : this.#design.underNumber);
  }

  #titlePage(): string {
    const { title, subtitle, author } = this.#head;
    return [paragraph('Title', textRun(title)), ...[subtitle, author].filter(Boolean).map((line) => paragraph('Subtitle', textRun(line)))].join('');
  }

  finish(): Uint8Array {
    const { language } = this.#head;
    this.#document.write(documentEnd(language, this.#design));
    const first = this.#isManuscript ? manuscriptTitlePage(this.#head, this.#words, this.#design, paperOf(language), sectionProperties(language)) : '';
    this.#document.end(documentStart() + first);
    this.#zip.add('word/numbering.xml', this.#lists.toXml());
    this.#zip.add('word/footnotes.xml', this.#notes.toXml());
    if (!this.#noteRelations.isEmpty) this.#zip.add('word/_rels/footnotes.xml.rels', this.#noteRelations.toXml());
    this.#zip.add('word/_rels/document.xml.rels', this.#relations.toXml());
    return this.#zip.finish();
  }

  /** Its paragraphs, which stand in the notes' part. */
  #note(note: Footnote): string {
    this.#inNote = true;
    const [first, ...rest] = note.blocks;
    const opening = first?.kind === 'paragraph' ? first.inlines : [];
    const xml = paragraph(NOTE_STYLE, OWN_MARK + this.#inlines(opening, '')) + this.#blocks(first?.kind === 'paragraph' ? rest : note.blocks, TOP);
    this.#inNote = false;
    this.#notes.add(note, xml);
    return xml;
  }

  #blocks(blocks: readonly Block[], place: Place): string {
    return blocks.map((block) => this.#block(block, place)).join('');
  }

  #block(block: Block, place: Place): string {
    switch (block.kind) {
      case 'paragraph':
        if (pictureAlone(block.inlines)) return paragraph(place.quotes > 0 ? 'Quote' : 'BodyText', this.#inlines(block.inlines, ''), PICTURE_ALONE);
        return this.#paragraph(this.#inlines(block.inlines, ''), place);
      case 'heading':
        this.#first = true;
        return paragraph(`Heading${block.level}`, this.#inlines(block.inlines, ''));
      case 'scene-break':
        this.#first = true;
        return paragraph(SCENE_BREAK, textRun(this.#sceneBreak), place.quotes > 0 ? `<w:ind w:left="${INDENT}" w:right="${INDENT}"/>` : '');
      case 'quote': {
        this.#quotes += 1;
        const xml = this.#blocks(block.blocks, { quotes: place.quotes + 1, lists: place.lists });
        this.#quotes -= 1;
        this.#first = true;
        return xml;
      }
      case 'list':
        return this.#list(block, place);
      case 'verbatim':
        return paragraph('Verbatim', verbatimRun(block.text.replace(/\n$/, '')), indentOf(place, place.lists));
    }
  }

  #list(list: Extract<Block, { kind: 'list' }>, place: Place): string {
    const id = this.#lists.open(list.ordered, list.start);
    const inside: Place = { quotes: place.quotes, lists: place.lists + 1 };
    const level = Math.min(place.lists, 8);
    const numbering = `<w:numPr><w:ilvl w:val="${level}"/><w:numId w:val="${id}"/></w:numPr>`;
    const xml = list.items.map((item) => this.#item(item, inside, numbering)).join('');
    this.#first = true;
    return xml;
  }

  /** A number needs a paragraph to stand before, also where an item is empty or starts with a quote. */
  #item(blocks: readonly Block[], place: Place, numbering: string): string {
    const [first, ...rest] = blocks;
    if (first?.kind !== 'paragraph') return this.#paragraph('', { ...place, numbering }) + this.#blocks(blocks, place);
    return this.#paragraph(this.#inlines(first.inlines, ''), { ...place, numbering }) + this.#blocks(rest, place);
  }

  #paragraph(runs: string, place: Place): string {
    const first = this.#first;
    this.#first = false;
    if (place.numbering) return paragraph('ListParagraph', runs, place.numbering);
    if (place.lists > 0) return paragraph('ListParagraph', runs, indentOf(place, place.lists));
    if (place.quotes > 0) return paragraph('Quote', runs, place.quotes > 1 ? indentOf(place, 0) : '');
    if (this.#inNote) return paragraph(NOTE_STYLE, runs);
    return paragraph(first ? 'FirstParagraph' : 'BodyText', runs);
  }

  /** @param properties what the runs have already, such as `<w:i/>` */
  #inlines(inlines: readonly Inline[], properties: string): string {
    return inlines.map((inline) => this.#inline(inline, properties)).join('');
  }

  #inline(inline: Inline, properties: string): string {
    switch (inline.kind) {
      case 'text':
        return textRun(inline.text, properties);
      case 'emphasis':
        return this.#inlines(inline.children, addProperty(properties, this.#design.emphasis));
      case 'strong':
        return this.#inlines(inline.children, addProperty(properties, '<w:b/><w:bCs/>'));
      case 'code':
        return textRun(inline.text, `<w:rStyle w:val="VerbatimChar"/>${properties}`);
      case 'break':
        return '<w:r><w:br/></w:r>';
      case 'image':
        if (inline.picture) return this.#picture(inline.picture, inline.alt);
        noteImage(inline, this.#replacements);
        return inline.alt === '' ? '' : textRun(inline.alt, addProperty(properties, this.#design.emphasis));
      case 'footnote':
        return this.#notes.refer(inline);
      case 'link':
        return this.#link(inline, properties);
    }
  }

  #picture(picture: Picture, alt: string): string {
    const id = (this.#inNote ? this.#noteRelations : this.#relations).picture(picture.name);
    if (!this.#media.has(picture.name)) this.#zip.store(`word/media/${picture.name}`, picture.bytes);
    this.#media.add(picture.name);
    this.#drawings += 1;
    return pictureRun(picture, { alt, relation: id, number: this.#drawings, paper: paperOf(this.#head.language), inset: Math.min(this.#quotes, 4) * 2 * INDENT });
  }

  #link(link: Extract<Inline, { kind: 'link' }>, properties: string): string {
    const address = webAddress(link.url);
    if (address === null) {
      noteDeadLink(link.url, this.#replacements);
      return this.#inlines(link.children, properties);
    }
    const runs = this.#inlines(link.children, `<w:rStyle w:val="Hyperlink"/>${properties}`);
    return `<w:hyperlink r:id="${(this.#inNote ? this.#noteRelations : this.#relations).linkTo(address)}">${runs}</w:hyperlink>`;
  }
}

const SCENE_BREAK = 'SceneBreak';

function indentOf(place: Place, lists: number): string {
  const left = Math.min(place.quotes + lists, 8) * INDENT;
  return left === 0 ? '' : `<w:ind w:left="${left}" w:firstLine="0"/>`;
}

const ADDED = new RegExp(`<w:p><w:pPr><w:pStyle w:val="${SCENE_BREAK}"/>.*?</w:p>`, 'g');

/** The words of a piece of document.xml as the writer makes it, folded. */
export function readDocxWords(xml: string): string {
  const text = readDescriptions(xml).replace(ADDED, ' ').replace(NOTE_MARKS, '').replace(/<\/w:p>|<w:br\/>|<w:tab\/>/g, ' ').replace(/<[^>]*>/g, '');
  return foldWords(unescapeXml(text));
}
