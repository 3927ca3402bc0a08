/** A page of HTML or XHTML (https://html.spec.whatwg.org) as blocks of the manuscript model. It loads nothing and runs nothing. */
import { Parser } from 'htmlparser2';
import { RectoError } from '#schemas/errors.ts';
import { inlineText, type Block, type Footnote } from '../book-compiler/model.ts';
import type { HtmlNotes } from './html-notes.ts';
import { classesOf, lookOf, readClassLooks, type Look } from './html-look.ts';
import { isSceneBreak } from './scene-breaks.ts';
import type { SourceBlock } from './source-blocks.ts';
import { readRuns, type StyledRun } from './styled-runs.ts';

export interface HtmlPage {
  blocks: SourceBlock[];
  /** Of its head; empty where it has none. */
  title: string;
  author: string;
  language: string;
  /** The page is a part's, by its epub:type. */
  isPart: boolean;
  /** What stands on title pages and covers, which a book makes itself. */
  titlePage: string;
  /** Whether notes stand on it. */
  hasNotes: boolean;
}

/** What was left out, over all pages. */
export interface HtmlLosses {
  pictures: number;
  tables: number;
  /** Runs and blocks that were read. */
  pieces: number;
}

/** Elements in elements; a page of a book has some ten, and the parser looks through all that are open. */
const DEEPEST = 500;
/** Quotes and lists that are kept as such. */
const DEEPEST_BLOCKS = 20;
/** Of runs and blocks: a book of a million words has some 100,000. */
const MOST_PIECES = 1_000_000;

const BLOCKS = new Set('address article aside body caption center dd details div dl dt fieldset figcaption figure footer form header hgroup html legend main p section summary table tbody td tfoot th thead tr'.split(' '));
const LEFT_OUT = new Set('script style template noscript head svg math iframe object embed audio video canvas nav button select textarea map rt rp'.split(' '));
const PICTURES = new Set('img svg math object embed audio video canvas iframe'.split(' '));
const NOTES = /(?:^|\s)(?:endnotes|footnotes|rearnotes)(?:\s|$)/;
const MADE_ITSELF = /(?:^|\s)(?:titlepage|halftitlepage|cover|toc|landmarks|page-list)(?:\s|$)/;

/** What a paragraph may be. */
type ParagraphBlock = Exclude<SourceBlock, { kind: 'blank' | 'item' | 'note' }>;

interface Container {
  kind: 'page' | 'quote' | 'list' | 'item' | 'footnote';
  blocks: SourceBlock[];
  list: Extract<Block, { kind: 'list' }> | null;
  /** Whose text it is. */
  note?: Footnote;
}

interface Open {
  name: string;
  look: Look;
  isCode: boolean;
  url: string;
  /** A container that ends with it. */
  contains: boolean;
  leavesOut: boolean;
  /** Its text belongs to a title page. */
  isTitlePage: boolean;
  isNumber: boolean;
  /** It is a section of notes, and no line parts it from the text. */
  isNotes: boolean;
}

export interface HtmlOptions {
  /** What the author knows the file by. */
  name: string;
  /** Looks of classes of the stylesheets that it links to. */
  classes?: ReadonlyMap<string, Look>;
  losses: HtmlLosses;
  /** Of all pages, and this page's place among them. */
  notes: HtmlNotes;
  path: string;
  /** The address for Markdown of a picture, by its `src`; null: it is left out, and told of; undefined: it is none of a document's own. */
  takePicture?(source: string): string | null | undefined;
}

/** @throws RectoError too_large: nested or cut into more pieces than any text is */
export function readHtmlPage(html: string, options: HtmlOptions): HtmlPage {
  const reader = new HtmlReader(options);
  const isXhtml = /^\s*(?:<\?xml|<!DOCTYPE[^>]{0,200}XHTML)/i.test(html);
  const parser: Parser = new Parser(
    {
      onopentag: (name, attributes) => reader.open(name, attributes),
      ontext: (text) => reader.text(text),
      onclosetag: (name) => reader.close(name),
    },
    { recognizeSelfClosing: isXhtml, lowerCaseTags: true, lowerCaseAttributeNames: true },
  );
  parser.end(html);
  return reader.finish();
}

class HtmlReader {
  readonly #options: HtmlOptions;
  readonly #classes: Map<string, Look>;
  readonly #page: HtmlPage = { blocks: [], title: '', author: '', language: '', isPart: false, titlePage: '', hasNotes: false };
  readonly #containers: Container[] = [{ kind: 'page', blocks: this.#page.blocks, list: null }];
  readonly #open: Open[] = [];
  #runs: StyledRun[] = [];
  /** Runs that are a chapter's number line, which is no word of the author's. */
  #numbers = new Set<StyledRun>();
  #leftOut = 0;
  #titlePages = 0;
  #verbatim: string | null = null;
  /** The element of the paragraph that is being read. */
  #paragraph: { name: string; classes: string[] } = { name: '', classes: [] };
  /** The note that the paragraph is, where a place inside it is a note's. */
  #paragraphNote: Footnote | undefined;

  constructor(options: HtmlOptions) {
    this.#options = options;
    this.#classes = new Map(options.classes);
  }

  open(name: string, attributes: Record<string, string>): void {
    if (this.#open.length >= DEEPEST) throw this.#tooMuch('is nested deeper');
    const type = `${attributes['epub:type'] ?? ''} ${(attributes['role'] ?? '').replace(/\bdoc-/g, '')}`;
    const around = this.#open.at(-1);
    const entry: Open = { name, look: { ...around?.look }, isCode: (around?.isCode ?? false) || name === 'code' || name === 'kbd' || name === 'samp', url: around?.url ?? '', contains: false, leavesOut: LEFT_OUT.has(name), isTitlePage: MADE_ITSELF.test(type), isNumber: (around?.isNumber ?? false) || (name === 'span' && attributes['class'] === 'number'), isNotes: (around?.isNotes ?? false) || NOTES.test(type) };
    if (name === 'a') this.#readNoteLink(type, attributes, entry);
    this.#open.push(entry);
    this.#readHead(name, attributes);
    if (entry.isTitlePage && this.#leftOut === 0) {
      this.#endParagraph();
      this.#titlePages += 1;
    }
    if (PICTURES.has(name)) this.#readPicture(name, attributes);
    if (this.#leftOut === 0) this.#openNote(name, attributes, entry);
    if (entry.leavesOut) this.#leftOut += 1;
    if (this.#leftOut > 0) return;
    if (/(?:^|\s)part(?:\s|$)/.test(type)) this.#page.isPart = true;
    if (this.#openBlock(name, attributes, entry)) return;
    Object.assign(entry.look, lookOf(name, attributes, this.#classes));
    if (name === 'a') entry.url = attributes['href'] ?? '';
    if (name === 'br') this.#add('\n');
  }

  text(text: string): void {
    const open = this.#open.at(-1);
    if (open?.name === 'title' && this.#open.some(({ name }) => name === 'head')) this.#page.title += text;
    else if (open?.name === 'style') readClassLooks(text, this.#classes);
    else if (this.#leftOut === 0) this.#add(text);
  }

  close(name: string): void {
    const entry = this.#open.pop();
    if (entry === undefined) return;
    if (this.#leftOut === 0 && (BLOCKS.has(name) || isHeading(name) || name === 'pre' || name === 'li' || entry.contains || entry.isTitlePage)) this.#endParagraph();
    if (entry.contains) this.#endContainer();
    if (entry.leavesOut) this.#leftOut -= 1;
    if (entry.isTitlePage && this.#leftOut === 0) this.#titlePages -= 1;
  }

  finish(): HtmlPage {
    this.#endParagraph();
    while (this.#containers.length > 1) this.#endContainer();
    return { ...this.#page, title: fold(this.#page.title), author: fold(this.#page.author), titlePage: fold(this.#page.titlePage) };
  }

  #readHead(name: string, attributes: Record<string, string>): void {
    if (name === 'html' && this.#open.length === 1) this.#page.language = attributes['lang'] ?? attributes['xml:lang'] ?? '';
    else if (name === 'meta' && attributes['name']?.toLowerCase() === 'author') this.#page.author = attributes['content'] ?? '';
  }

  #readPicture(name: string, attributes: Record<string, string>): void {
    if (this.#leftOut > 0 || this.#titlePages > 0) return;
    const alt = attributes['alt'] ?? attributes['aria-label'] ?? '';
    const address = name === 'img' && this.#verbatim === null ? this.#options.takePicture?.(attributes['src'] ?? '') : undefined;
    if (typeof address === 'string') {
      this.#count();
      this.#runs.push({ text: alt, picture: address, italic: false, bold: false, code: false, url: '' });
      return;
    }
    if (address === undefined) this.#options.losses.pictures += 1;
    if (alt !== '') this.#add(alt);
  }

  /** What a number says is not the author's, but where it leads. */
  #readNoteLink(type: string, attributes: Record<string, string>, entry: Open): void {
    const { notes, path } = this.#options;
    const address = attributes['href'] ?? '';
    const note = /(?:^|\s)noteref(?:\s|$)/.test(type) ? notes.behind(path, address) : undefined;
    const isInNote = notes.at(path, attributes['id'] ?? '') !== undefined || this.#paragraphNote !== undefined || this.#containers.some((container) => container.kind === 'footnote');
    if (note === undefined && !(isInNote && (/(?:^|\s)backlink(?:\s|$)/.test(type) || notes.leadsBack(path, address)))) return;
    entry.leavesOut = true;
    if (note === undefined || this.#leftOut > 0 || this.#titlePages > 0 || this.#verbatim !== null) return;
    this.#count();
    this.#runs.push({ text: '', note, italic: false, bold: false, code: false, url: '' });
  }

  /** A note's text goes to the note; where a place inside a paragraph is the note's, it is the paragraph. */
  #openNote(name: string, attributes: Record<string, string>, entry: Open): void {
    const note = attributes['id'] === undefined ? undefined : this.#options.notes.at(this.#options.path, attributes['id']);
    if (note === undefined) return;
    this.#page.hasNotes = true;
    if (name !== 'li' && !BLOCKS.has(name)) {
      this.#paragraphNote = note;
      return;
    }
    this.#endParagraph();
    if (this.#containers.length >= DEEPEST_BLOCKS) return;
    entry.contains = true;
    this.#containers.push({ kind: 'footnote', blocks: [], list: null, note });
  }

  /** Whether it is one. */
  #openBlock(name: string, attributes: Record<string, string>, entry: Open): boolean {
    if (name === 'hr') {
      this.#endParagraph();
      if (!entry.isNotes) this.#put({ kind: 'scene-break' });
    } else if (name === 'blockquote') this.#openContainer('quote', entry);
    else if (name === 'ul' || name === 'ol') {
      this.#openContainer('list', entry, { kind: 'list', ordered: name === 'ol', start: Number.parseInt(attributes['start'] ?? '1', 10) || 1, items: [] });
    } else if (name === 'li' && entry.contains) this.#paragraph = { name: '', classes: [] };
    else if (name === 'li') this.#openContainer('item', entry);
    else if (name === 'pre') {
      this.#endParagraph();
      this.#verbatim = '';
    } else if (BLOCKS.has(name) || isHeading(name)) {
      this.#endParagraph();
      if (name === 'table') this.#options.losses.tables += 1;
      this.#paragraph = { name, classes: classesOf(attributes) };
    } else return false;
    return true;
  }

  #openContainer(kind: Container['kind'], entry: Open, list: Container['list'] = null): void {
    this.#endParagraph();
    this.#paragraph = { name: '', classes: [] };
    if (this.#containers.length >= DEEPEST_BLOCKS) return;
    // An item outside of a list is a paragraph.
    if (kind === 'item' && this.#containers.at(-1)?.list === null) return;
    entry.contains = true;
    this.#containers.push({ kind, blocks: [], list });
  }

  #endContainer(): void {
    const ended = this.#containers.pop();
    const around = this.#containers.at(-1);
    if (!ended || !around) return;
    const blocks = ended.blocks.flatMap((block) => (block.kind === 'blank' || block.kind === 'item' || block.kind === 'note' ? [] : [asBlock(block)]));
    if (ended.note !== undefined) {
      ended.note.blocks.push(...blocks);
    } else if (ended.kind === 'item') {
      if (blocks.length > 0) around.list?.items.push(blocks);
    } else if (ended.list !== null) {
      // Text between the items is a list's in no format.
      if (ended.list.items.length > 0) this.#put(ended.list);
      for (const block of blocks) this.#put(block);
    } else if (blocks.length > 0) this.#put({ kind: 'quote', blocks });
  }

  #add(text: string): void {
    if (this.#titlePages > 0) {
      this.#page.titlePage += ` ${text}`;
      return;
    }
    if (this.#verbatim !== null) {
      this.#verbatim += text;
      return;
    }
    this.#count();
    const around = this.#open.at(-1);
    const run: StyledRun = { text: text === '\n' && around?.name !== 'br' ? ' ' : text, italic: around?.look.italic ?? false, bold: around?.look.bold ?? false, code: around?.isCode ?? false, url: around?.url ?? '' };
    if (around?.isNumber) this.#numbers.add(run);
    this.#runs.push(run);
  }

  #endParagraph(): void {
    const { name, classes } = this.#paragraph;
    if (this.#verbatim !== null) {
      const text = this.#verbatim.replace(/\r\n?/g, '\n').replace(/^\n/, '');
      this.#verbatim = null;
      if (text.trim() !== '') this.#put({ kind: 'verbatim', text });
      return;
    }
    const all = this.#runs;
    const own = all.filter((run) => !this.#numbers.has(run));
    const runs = isHeading(name) && own.some((run) => run.text.trim() !== '') ? own : all;
    this.#runs = [];
    this.#numbers.clear();
    const isBlank = runs.every((run) => run.text.trim() === '' && run.picture === undefined && run.note === undefined);
    if (isBlank) {
      // A paragraph with a no-break space is how HTML draws a blank line.
      if (name === 'p' && runs.some(({ text }) => text.includes('\u00A0') || text === '\n')) this.#put({ kind: 'blank' });
    } else if (this.#paragraphNote !== undefined) this.#paragraphNote.blocks.push(asBlock(this.#nameParagraph(name, classes, runs)));
    else this.#put(this.#nameParagraph(name, classes, runs));
    this.#paragraphNote = undefined;
    if (name === 'p' || isHeading(name)) this.#paragraph = { name: '', classes: [] };
  }

  #nameParagraph(name: string, classes: readonly string[], runs: readonly StyledRun[]): ParagraphBlock {
    const inlines = readRuns(runs);
    if (isHeading(name)) return { kind: 'heading', level: Number(name.slice(1)), inlines };
    const text = inlineText(inlines).trim();
    // A scene break may be a picture of stars, and says so; one that says nothing is none.
    if (text === '') return { kind: 'paragraph', inlines };
    if (isSceneBreak(text) || (!/[\p{L}\p{N}]/u.test(text) && classes.some((each) => /^(?:scene-?break|section-?break|separator|ornament)$/i.test(each)))) return { kind: 'scene-break' };
    if (classes.includes('title')) return { kind: 'title', inlines };
    if (classes.includes('subtitle') || classes.includes('author')) return { kind: 'subtitle', inlines };
    return { kind: 'paragraph', inlines };
  }

  #put(block: SourceBlock): void {
    this.#count();
    this.#containers.at(-1)?.blocks.push(block);
  }

  #count(): void {
    this.#options.losses.pieces += 1;
    if (this.#options.losses.pieces > MOST_PIECES) throw this.#tooMuch('has more pieces');
  }

  #tooMuch(how: string): RectoError {
    return new RectoError('too_large', `“${this.#options.name}” ${how} than any manuscript. Nothing was imported.`);
  }
}

function isHeading(name: string): boolean {
  return /^h[1-6]$/.test(name);
}

function asBlock(block: ParagraphBlock): Block {
  return block.kind === 'title' || block.kind === 'subtitle' ? { kind: 'paragraph', inlines: block.inlines } : block;
}

function fold(text: string): string {
  return text.replace(/\s+/g, ' ').trim();
}
