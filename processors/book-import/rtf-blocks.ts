/** A document of Rich Text Format (1.9.1) as blocks of the manuscript model. */
import { RectoError } from '#schemas/errors.ts';
import { inlineText, type Footnote } from '../book-compiler/model.ts';
import { createNote } from '../book-compiler/notes.ts';
import { readRtfTokens, type RtfToken } from './rtf-tokens.ts';
import { encodingOfCharset, encodingOfCodePage, ENDS_OF_PARAGRAPHS, LEFT_OUT, SIGNS } from './rtf-words.ts';
import { isSceneBreak } from './scene-breaks.ts';
import type { SourceBlock } from './source-blocks.ts';
import { looksAs, readRuns, type StyledRun } from './styled-runs.ts';

export interface RtfDocument {
  blocks: SourceBlock[];
  /** Of its information; empty where it has none. */
  title: string;
  author: string;
  /** What the author wrote beside the text (Scrivener's inline annotations). */
  annotations: string[];
  pictures: number;
}

/** Where a group's text goes. */
type Destination = 'text' | 'nowhere' | 'fonts' | 'info' | 'title' | 'author' | 'address' | 'list-mark';

interface Group {
  destination: Destination;
  italic: boolean;
  bold: boolean;
  underlined: boolean;
  deleted: boolean;
  url: string;
  font: number;
  /** How many characters stand for a Unicode one in programs that don't know it. */
  fallbackLength: number;
  /** The paragraphs of the footnote that it is in. */
  note: StyledRun[][] | null;
}

const DEEPEST = 500;
/** A book of a million words has some 100,000. */
const MOST_RUNS = 1_000_000;

/**
 * @param name what the author knows the file by
 * @param linked those that are found are taken out
 * @throws RectoError import_damaged, too_large
 */
export function readRtf(bytes: Uint8Array, name: string, linked: LinkedNotes = new Map()): RtfDocument {
  if (String.fromCharCode(...bytes.subarray(0, 5)) !== '{\\rtf') throw new RectoError('import_damaged', `“${name}” is damaged: it doesn’t start as an RTF file does. Nothing was imported.`);
  const reader = new RtfReader(name, linked);
  for (const token of readRtfTokens(bytes)) reader.read(token);
  return reader.finish();
}

/** Notes that a link leads to, by its address; the number stands behind what is linked. */
export type LinkedNotes = Map<string, Footnote>;

/** `<$Scr_Ps::0>` and its like. */
const STYLE_MARK = /<!?\$Scr_[A-Za-z]{1,20}::\d{1,6}>/g;
/** `{\Scrv_annot \color={\R=1.0…} \text=…\end_Scrv_annot}`; bounded, since a run of openings may be hostile. */
const ANNOTATION = /\{\\Scrv_annot\b[^{}]{0,200}?(?:\{[^{}]{0,200}\}[^{}]{0,200}?)?\\text=([^]{0,20000}?)\\end_Scrv_annot\}/g;

/** `{\Scrv_fn=…\end_Scrv_fn}` */
const INLINE_NOTE = /\{\\Scrv_fn=([^]{0,20000}?)\\end_Scrv_fn\}/g;

class RtfReader {
  readonly #name: string;
  readonly #linked: LinkedNotes;
  readonly #document: RtfDocument = { blocks: [], title: '', author: '', annotations: [], pictures: 0 };
  readonly #groups: Group[] = [];
  #group: Group = { destination: 'text', italic: false, bold: false, underlined: false, deleted: false, url: '', font: -1, fallbackLength: 1, note: null };
  #encoding = 'windows-1252';
  readonly #fonts = new Map<number, string>();
  readonly #decoders = new Map<string, TextDecoder>();
  readonly #footnotes: { note: Footnote; paragraphs: StyledRun[][] }[] = [];
  #runs: StyledRun[] = [];
  #count = 0;
  /** Bytes that are not decoded yet. */
  #bytes: number[] = [];
  #skip = 0;
  #address = '';
  #listMark: string | null = null;
  #listLevel = 0;
  #heading = 0;
  /** Right behind a group's start. */
  #isFirst = false;
  #isOptional = false;

  constructor(name: string, linked: LinkedNotes) {
    this.#name = name;
    this.#linked = linked;
  }

  read(token: RtfToken): void {
    if (token.kind === 'byte') {
      this.#isFirst = false;
      if (this.#skip > 0) this.#skip -= 1;
      else if (this.#group.destination !== 'nowhere') this.#bytes.push(token.byte);
      return;
    }
    if (token.kind === 'open') this.#openGroup();
    else if (token.kind === 'close') this.#closeGroup();
    else this.#readControl(token.word, token.value);
  }

  finish(): RtfDocument {
    this.#flush();
    this.#endParagraph();
    for (const { note, paragraphs } of this.#footnotes) note.blocks = paragraphs.map((runs) => readRuns(this.#takeMarks(runs))).filter((inlines) => inlines.length > 0).map((inlines) => ({ kind: 'paragraph', inlines }));
    return { ...this.#document, title: this.#document.title.trim(), author: this.#document.author.trim() };
  }

  #openGroup(): void {
    this.#flush();
    this.#skip = 0;
    if (this.#groups.length >= DEEPEST) throw new RectoError('too_large', `“${this.#name}” is nested deeper than any manuscript. Nothing was imported.`);
    this.#groups.push(this.#group);
    this.#group = { ...this.#group };
    this.#isFirst = true;
    this.#isOptional = false;
  }

  #closeGroup(): void {
    this.#flush();
    this.#skip = 0;
    const ended = this.#group;
    this.#group = this.#groups.pop() ?? ended;
    if (ended.destination === 'address' && this.#group.destination !== 'address') {
      // The field's result comes next, in the group around.
      this.#group.url = /HYPERLINK\s+"([^"]{1,2000})"/.exec(this.#address)?.[1] ?? '';
      this.#address = '';
    }
    this.#isFirst = false;
  }

  #readControl(word: string, value: number | null): void {
    if (word === 'u' && value !== null) return this.#readUnicode(value);
    if (this.#skip > 0 && Object.hasOwn(SIGNS, word)) {
      this.#skip -= 1;
      return;
    }
    this.#flush();
    const isFirst = this.#isFirst;
    this.#isFirst = false;
    if (isFirst && word === '*') {
      this.#isOptional = true;
      this.#isFirst = true;
      return;
    }
    if (isFirst && this.#openDestination(word)) return;
    if (ENDS_OF_PARAGRAPHS.has(word)) this.#endOfParagraph();
    else if (Object.hasOwn(SIGNS, word)) this.#add(SIGNS[word]!);
    else this.#style(word, value);
  }

  /** Whether the word says where the group's text goes. */
  #openDestination(word: string): boolean {
    const isOptional = this.#isOptional;
    this.#isOptional = false;
    const group = this.#group;
    if (group.destination === 'nowhere') return true;
    if (word === 'fonttbl') group.destination = 'fonts';
    else if (word === 'fldinst') group.destination = 'address';
    else if (word === 'listtext' || word === 'pntext') {
      group.destination = 'list-mark';
      this.#listMark = '';
    } else if (word === 'info') group.destination = 'nowhere-but-info' as never;
    else if (word === 'footnote') this.#openFootnote();
    else if (LEFT_OUT.has(word) || (isOptional && word !== 'shppict')) {
      if (word === 'pict' || word === 'NeXTGraphic') this.#document.pictures += 1;
      group.destination = 'nowhere';
    } else return false;
    return true;
  }

  #openFootnote(): void {
    const note = createNote();
    this.#addRun(this.#openRuns, numberOf(note));
    const paragraphs: StyledRun[][] = [[]];
    this.#footnotes.push({ note, paragraphs });
    Object.assign(this.#group, { note: paragraphs, url: '' });
  }

  #readUnicode(value: number): void {
    this.#flush();
    this.#isFirst = false;
    this.#skip = this.#group.fallbackLength;
    this.#add(String.fromCharCode(value < 0 ? value + 65_536 : value));
  }

  #style(word: string, value: number | null): void {
    const group = this.#group;
    const on = value !== 0;
    if (word === 'i') group.italic = on;
    else if (word === 'b') group.bold = on;
    else if (word === 'ul') group.underlined = on;
    else if (word === 'ulnone') group.underlined = false;
    else if (word === 'deleted') group.deleted = on;
    else if (word === 'plain') Object.assign(group, { italic: false, bold: false, underlined: false });
    else if (word === 'uc') group.fallbackLength = Math.max(0, Math.min(8, value ?? 1));
    else if (word === 'f') group.font = value ?? 0;
    else if (word === 'fcharset') this.#setCharset(value ?? 0);
    else if (word === 'ansicpg') this.#encoding = encodingOfCodePage(value ?? 1252);
    else if (word === 'mac') this.#encoding = 'macintosh';
    else if (word === 'outlinelevel') this.#heading = Math.min(6, (value ?? 0) + 1);
    else if (word === 'ilvl') this.#listLevel = value ?? 0;
    else if (word === 'pard') {
      this.#heading = 0;
      this.#listLevel = 0;
    }
  }

  #setCharset(charset: number): void {
    const encoding = encodingOfCharset(charset);
    if (this.#group.destination === 'fonts' && encoding !== undefined) this.#fonts.set(this.#group.font, encoding);
  }

  #flush(): void {
    if (this.#bytes.length === 0) return;
    if (this.#bytes.length < 5000 && this.#bytes.every((byte) => byte < 0x80)) {
      // The same in every encoding that RTF knows.
      const ascii = String.fromCharCode(...this.#bytes);
      this.#bytes = [];
      return this.#add(ascii);
    }
    const encoding = this.#fonts.get(this.#group.font) ?? this.#encoding;
    let decoder = this.#decoders.get(encoding);
    if (!decoder) this.#decoders.set(encoding, (decoder = new TextDecoder(encoding)));
    const text = decoder.decode(Uint8Array.from(this.#bytes));
    this.#bytes = [];
    this.#add(text);
  }

  #add(text: string): void {
    const { destination, italic, bold, underlined, deleted, url } = this.#group;
    if (destination === 'title' || destination === 'author') this.#document[destination] += text;
    else if (destination === 'address') this.#address += text;
    else if (destination === 'list-mark') this.#listMark += text;
    else if (destination === 'text' && !deleted && text !== '') {
      // Underlined in a typescript means set in italics.
      this.#addRun(this.#openRuns, { text, italic: italic || (underlined && url === ''), bold, code: false, url });
    }
  }

  /** Of the paragraph that is being read: the text's, or a note's. */
  get #openRuns(): StyledRun[] {
    return this.#group.note?.at(-1) ?? this.#runs;
  }

  /** Each escaped sign ends a piece of text, so neighbours of one look are put together again. */
  #addRun(runs: StyledRun[], run: StyledRun): void {
    const last = runs.at(-1);
    if (last && run.text !== '\n' && last.text !== '\n' && looksAs(last, run)) {
      last.text += run.text;
      return;
    }
    this.#count += 1;
    if (this.#count > MOST_RUNS) throw new RectoError('too_large', `“${this.#name}” has more pieces than any manuscript. Nothing was imported.`);
    runs.push(run);
  }

  #endOfParagraph(): void {
    if (this.#group.note) this.#group.note.push([]);
    else if (this.#group.destination === 'text') this.#endParagraph();
  }

  #endParagraph(): void {
    const runs = this.#takeMarks(this.#runs);
    this.#runs = [];
    const inlines = readRuns(runs);
    const hasNotes = runs.some((run) => run.note !== undefined);
    const text = inlineText(inlines).trim();
    const mark = this.#listMark;
    this.#listMark = null;
    if (text === '' && !hasNotes) this.#document.blocks.push({ kind: 'blank' });
    else if (mark !== null) this.#document.blocks.push({ kind: 'item', level: this.#listLevel, ordered: /[\da-z]/i.test(mark), inlines });
    else if (this.#heading > 0) this.#document.blocks.push({ kind: 'heading', level: this.#heading, inlines });
    else this.#document.blocks.push(isSceneBreak(text) && !hasNotes ? { kind: 'scene-break' } : { kind: 'paragraph', inlines });
  }

  /** Scrivener's marks for styles go; what it keeps as an annotation inside the text stands beside it, and what as a note is one. */
  #takeMarks(from: readonly StyledRun[]): StyledRun[] {
    const keep = (_: string, note: string): string => {
      this.#document.annotations.push(note.replace(/\s+/g, ' ').trim());
      return '';
    };
    return from.map((run) => ({ ...run, text: run.text.replace(STYLE_MARK, '').replace(ANNOTATION, keep) })).flatMap(splitAtNotes).flatMap((run, index, all) => this.#placeLinked(run, all[index + 1]));
  }

  #placeLinked(run: StyledRun, next: StyledRun | undefined): StyledRun[] {
    const note = run.url !== '' && next?.url !== run.url ? this.#linked.get(run.url) : undefined;
    if (note) this.#linked.delete(run.url);
    return note ? [run, numberOf(note)] : [run];
  }
}

function numberOf(note: Footnote): StyledRun {
  return { text: '', note, italic: false, bold: false, code: false, url: '' };
}

function splitAtNotes(run: StyledRun): StyledRun[] {
  const pieces: StyledRun[] = [];
  let from = 0;
  for (const { 0: mark, 1: text = '', index } of run.text.matchAll(INLINE_NOTE)) {
    const note = createNote();
    note.blocks.push({ kind: 'paragraph', inlines: [{ kind: 'text', text: text.replace(/\s+/g, ' ').trim() }] });
    pieces.push({ ...run, text: run.text.slice(from, index) }, numberOf(note));
    from = index + mark.length;
  }
  return pieces.length === 0 ? [run] : [...pieces, { ...run, text: run.text.slice(from) }];
}
