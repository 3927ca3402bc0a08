/**
 * Word's format (ECMA-376 part 1, WordprocessingML), written by hand and streamed. The `docx` package keeps a
 * whole book as objects: measured on 563,000 words it took 304 MB for the bare paragraphs, where half of pandoc's
 * peak, our bound, is 196 MB; what a manuscript needs of the format is small.
 */
import { makesItself, type Block, type BookHead, type Inline, type Section } from '../model.ts';
import type { Replacements } from '../replacements.ts';
import { webAddress } from '../web-address.ts';
import { foldWords } from '../words.ts';
import { escapeXml, unescapeXml } from '../xml.ts';
import { ZipWriter, type ZipEntryWriter } from '../zip.ts';
import { appProperties, CONTENT_TYPES, coreProperties, documentEnd, documentStart, footer, PACKAGE_RELATIONS, settings } from './docx-parts.ts';
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
  readonly #replacements: Replacements;
  readonly #sceneBreak: string;
  readonly #relations = new DocxRelations();
  readonly #lists = new DocxLists();
  /** The paragraph that follows a heading or a scene break has no first-line indent. */
  #first = true;

  constructor({ head, layout, replacements }: WriterStart) {
    this.#head = head;
    this.#replacements = replacements;
    this.#sceneBreak = layout.scene_break ?? '* * *';
    this.#zip.add('[Content_Types].xml', CONTENT_TYPES);
    this.#zip.add('_rels/.rels', PACKAGE_RELATIONS);
    this.#zip.add('docProps/core.xml', coreProperties(head));
    this.#zip.add('docProps/app.xml', appProperties());
    this.#zip.add('word/styles.xml', docxStyles(head.language));
    this.#zip.add('word/settings.xml', settings());
    this.#zip.add('word/footer1.xml', footer());
    this.#document = this.#zip.open('word/document.xml');
    this.#document.write(documentStart());
  }

  writeSection(section: Section): string {
    if (section.kind === 'title-page') this.#document.write(this.#titlePage());
    // Word makes contents of its own, from the headings.
    if (makesItself(section.kind)) return '';
    this.#first = true;
    const number = section.numberLine === '' ? '' : paragraph(NUMBER, textRun(section.numberLine), section.title === '' ? '<w:outlineLvl w:val="0"/>' : '');
    const style = section.numberLine === '' ? 'Heading1' : 'NumberedHeading';
    // What has no title still starts on its own page.
    const title = section.title === '' ? (number === '' ? paragraph('ChapterStart', '') : '') : paragraph(style, textRun(section.title));
    const xml = number + title + this.#blocks(section.blocks, TOP);
    this.#document.write(xml);
    return readDocxWords(xml);
  }

  #titlePage(): string {
    const { title, subtitle, author } = this.#head;
    return [paragraph('Title', textRun(title)), ...[subtitle, author].filter(Boolean).map((line) => paragraph('Subtitle', textRun(line)))].join('');
  }

  finish(): Uint8Array {
    this.#document.write(documentEnd(this.#head.language));
    this.#document.end();
    this.#zip.add('word/numbering.xml', this.#lists.toXml());
    this.#zip.add('word/_rels/document.xml.rels', this.#relations.toXml());
    return this.#zip.finish();
  }

  #blocks(blocks: readonly Block[], place: Place): string {
    return blocks.map((block) => this.#block(block, place)).join('');
  }

  #block(block: Block, place: Place): string {
    switch (block.kind) {
      case 'paragraph':
        return this.#paragraph(this.#inlines(block.inlines, ''), place);
      case 'heading':
        this.#first = true;
        return paragraph(`Heading${block.level}`, this.#inlines(block.inlines, ''));
      case 'scene-break':
        this.#first = true;
        return paragraph(SCENE_BREAK, textRun(this.#sceneBreak), place.quotes > 0 ? `<w:ind w:left="${INDENT}" w:right="${INDENT}"/>` : '');
      case 'quote': {
        const xml = this.#blocks(block.blocks, { quotes: place.quotes + 1, lists: place.lists });
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
        return this.#inlines(inline.children, addProperty(properties, '<w:i/><w:iCs/>'));
      case 'strong':
        return this.#inlines(inline.children, addProperty(properties, '<w:b/><w:bCs/>'));
      case 'code':
        return textRun(inline.text, `<w:rStyle w:val="VerbatimChar"/>${properties}`);
      case 'break':
        return '<w:r><w:br/></w:r>';
      case 'image':
        noteImage(inline, this.#replacements);
        return inline.alt === '' ? '' : textRun(inline.alt, addProperty(properties, '<w:i/><w:iCs/>'));
      case 'link':
        return this.#link(inline, properties);
    }
  }

  #link(link: Extract<Inline, { kind: 'link' }>, properties: string): string {
    const address = webAddress(link.url);
    if (address === null) {
      noteDeadLink(link.url, this.#replacements);
      return this.#inlines(link.children, properties);
    }
    const runs = this.#inlines(link.children, `<w:rStyle w:val="Hyperlink"/>${properties}`);
    return `<w:hyperlink r:id="${this.#relations.linkTo(address)}">${runs}</w:hyperlink>`;
  }
}

const SCENE_BREAK = 'SceneBreak';
const NUMBER = 'ChapterNumber';

/** Run properties have an order (ECMA-376 §17.3.2.28): the style, then bold, then italics; each once. */
function addProperty(properties: string, property: string): string {
  if (properties.includes(property)) return properties;
  const style = /^<w:rStyle [^>]*>/.exec(properties)?.[0] ?? '';
  const rest = properties.slice(style.length);
  return style + (property.startsWith('<w:b') ? property + rest : rest + property);
}

function paragraph(style: string, runs: string, properties = ''): string {
  return `<w:p><w:pPr><w:pStyle w:val="${style}"/>${properties}</w:pPr>${runs}</w:p>\n`;
}

function textRun(text: string, properties = ''): string {
  // A run has one style: the code's wins over the link's.
  const own = properties.replace(/^(<w:rStyle [^>]*>)<w:rStyle [^>]*>/, '$1');
  return `<w:r>${own && `<w:rPr>${own}</w:rPr>`}<w:t xml:space="preserve">${escapeXml(text)}</w:t></w:r>`;
}

function verbatimRun(text: string): string {
  const lines = text.split('\n').map((line) =>
    line
      .split('\t')
      .map((part) => (part === '' ? '' : `<w:t xml:space="preserve">${escapeXml(part)}</w:t>`))
      .join('<w:tab/>'),
  );
  return `<w:r>${lines.join('<w:br/>')}</w:r>`;
}

function indentOf(place: Place, lists: number): string {
  const left = Math.min(place.quotes + lists, 8) * INDENT;
  return left === 0 ? '' : `<w:ind w:left="${left}" w:firstLine="0"/>`;
}

const ADDED = new RegExp(`<w:p><w:pPr><w:pStyle w:val="(?:${SCENE_BREAK}|${NUMBER})"/>.*?</w:p>`, 'g');

/** The words of a piece of document.xml as the writer makes it, folded. */
export function readDocxWords(xml: string): string {
  const text = xml.replace(ADDED, ' ').replace(/<\/w:p>|<w:br\/>|<w:tab\/>/g, ' ').replace(/<[^>]*>/g, '');
  return foldWords(unescapeXml(text));
}
