/**
 * The manuscript model in Typst’s language (https://typst.app/docs/reference). Every text stands in a string literal, where nothing
 * but a quotation mark and a backslash has a meaning; names such as `e` and `scene-break` are defined in typst-styles.ts.
 */
import { inlineText, type Block, type Footnote, type Inline, type Picture, type Section } from '../model.ts';
import { pictureAlone } from '../place-pictures.ts';
import type { Replacements } from '../replacements.ts';
import { webAddress } from '../web-address.ts';
import { foldWords } from '../words.ts';
import type { ScriptCode } from './typst-scripts.ts';
import { noteDeadLink, noteImage } from './xhtml.ts';

/** How a piece of text is set. Each holds once, however often the author nested it. */
interface Face {
  emphasis: boolean;
  strong: boolean;
}

const PLAIN: Face = { emphasis: false, strong: false };

export function literal(text: string): string {
  return `"${text.replace(/["\\]/g, '\\$&').replaceAll('\n', '\\n')}"`;
}

/** The script to set a passage in, where that is not the book’s. */
export type FindScript = (text: string) => ScriptCode | null;

/** What is nested deeper stands as deep as this: a page has no room for more, and Typst no patience (72 layouts, 64 rules). */
const DEEPEST = 10;

export function writeBlocks(blocks: readonly Block[], replacements: Replacements, scriptOf: FindScript, depth = 0): string {
  return blocks.map((block) => `${inItsScript(block, writeBlock(block, replacements, scriptOf, depth), scriptOf)}\n\n`).join('');
}

export function inItsScript(block: Block, written: string, scriptOf: FindScript): string {
  const script = block.kind === 'paragraph' || block.kind === 'heading' ? scriptOf(inlineText(block.inlines)) : null;
  return script === null ? written : `#in-${script}[\n${written}\n]`;
}

function writeBlock(block: Block, replacements: Replacements, scriptOf: FindScript, depth: number): string {
  if (depth >= DEEPEST && block.kind === 'quote') return writeBlocks(block.blocks, replacements, scriptOf, depth);
  if (depth >= DEEPEST && block.kind === 'list') return writeBlocks(block.items.flat(), replacements, scriptOf, depth);
  const inside = (blocks: readonly Block[]): string => `[\n${writeBlocks(blocks, replacements, scriptOf, depth + 1)}]`;
  switch (block.kind) {
    case 'paragraph': {
      const alone = pictureAlone(block.inlines);
      return alone ? writePicture('plate', alone.picture, alone.alt) : writeInlines(block.inlines, replacements);
    }
    case 'heading':
      return `#heading(level: ${block.level})[${writeInlines(block.inlines, replacements)}]`;
    case 'scene-break':
      return '#scene-break';
    case 'quote':
      return `#set-in${inside(block.blocks)}`;
    case 'list': {
      const items = block.items.map((item) => `${inside(item)},\n`).join('');
      return block.ordered ? `#enum(start: ${block.start}, ${items})` : `#list(${items})`;
    }
    case 'verbatim':
      return `#verbatim(${literal(block.text.replace(/\n$/, ''))})`;
  }
}

export function writeInlines(inlines: readonly Inline[], replacements: Replacements, face = PLAIN): string {
  return inlines.map((inline) => writeInline(inline, replacements, face)).join('');
}

function writeInline(inline: Inline, replacements: Replacements, face: Face): string {
  switch (inline.kind) {
    case 'text':
      return writeText(inline.text, face);
    case 'emphasis':
      return writeInlines(inline.children, replacements, { ...face, emphasis: true });
    case 'strong':
      return writeInlines(inline.children, replacements, { ...face, strong: true });
    case 'code':
      return inline.text === '' ? '' : splitLongWords(inline.text).map((part) => `#code(${literal(part)})`).join('#may-break');
    case 'break':
      return '#line-end\n';
    case 'footnote': {
      const comma = inline.isBeside ? '#note-comma' : '';
      return comma + (inline.isFirst ? `#note(id: ${literal(inline.note.id)}, ${inline.note.id})` : `#note-again(id: ${literal(inline.note.id)})`);
    }
    case 'image':
      if (inline.picture) return writePicture('picture', inline.picture, inline.alt);
      noteImage(inline, replacements);
      return writeText(inline.alt, { ...face, emphasis: true });
    case 'link': {
      const address = webAddress(inline.url);
      if (address === null) noteDeadLink(inline.url, replacements);
      const text = writeInlines(inline.children, replacements, face);
      return address === null || text === '' ? text : `#to(${literal(address)})[${text}]`;
    }
  }
}

/** Dots to an inch, where the page has room for so much. */
const RESOLUTION = 150;

/** The description is a word of the text; the file’s name and its measures are none. */
function writePicture(how: 'plate' | 'picture', { name, width, height }: Picture, alt: string): string {
  return `#${how}(file: ${literal(name)}, wide: ${(width / RESOLUTION).toFixed(3)}in, share: ${(height / width).toFixed(4)}, ${literal(alt)})`;
}

function writeText(text: string, { emphasis, strong }: Face): string {
  if (text === '') return '';
  const name = `${emphasis ? 'e' : ''}${strong ? 'b' : ''}`;
  return splitLongWords(text).map((part) => (name === '' ? `#${literal(part)}` : `#${name}(${literal(part)})`)).join('#may-break');
}

/** Of scripts that have spaces. Where no line may end for so long, a word would run off the page. */
const LONG_WORD = /[^\s\-–—\p{sc=Han}\p{sc=Hira}\p{sc=Kana}\p{sc=Thai}\u3000-\u303F\uFF00-\uFFEF]{40,}/u;

function splitLongWords(text: string): string[] {
  if (!LONG_WORD.test(text)) return [text];
  return text.match(/(?:\P{M}\p{M}*(?:\u200D\P{M}\p{M}*)*){1,8}|\p{M}+/gu) ?? [text];
}

/** What a reference stands for, by the note's id. */
export function writeNote({ id, blocks }: Footnote, replacements: Replacements, scriptOf: FindScript): string {
  return `#let ${id} = [\n${writeBlocks(blocks, replacements, scriptOf)}]\n`;
}

/**
 * A section around its text: `id`, `number`, `name`, which stands above its pages, and `kind` are no words of the author's.
 * @param isFirst of the body, where pages are counted from
 */
export function writeSection({ id, kind, numberLine, title, label, division }: Section, text: string, isFirst: boolean): string {
  const head = `id: ${literal(id)}, kind: ${literal(kind)}, division: ${literal(division)}, number: ${literal(numberLine)}, name: ${literal(shorten(title === '' ? label : title))}, title: ${literal(title)}`;
  return `#section(${head}${isFirst ? ', first: true' : ''})[\n${text}]\n\n`;
}

/** Of a title, so that it has room beside a number on the smallest page. */
const RUNNING_TITLE = 48;

function shorten(title: string): string {
  const letters = [...title];
  return letters.length <= RUNNING_TITLE ? title : `${letters.slice(0, RUNNING_TITLE - 1).join('').replace(/\s+\S*$/, '')}…`;
}

const TOKENS = /(?:id|kind|division|number|name|file): "(?:[^"\\]|\\.)*"|#to\("(?:[^"\\]|\\.)*"\)|"((?:[^"\\]|\\.)*)"|\n|, /g;

/** The words of what the functions above wrote, folded. */
export function readTypstWords(source: string): string {
  let words = '';
  for (const [token, text] of source.matchAll(TOKENS)) {
    if (text !== undefined) words += text.includes('\\') ? text.replace(/\\(.)/g, (_escape, sign: string) => (sign === 'n' ? '\n' : sign)) : text;
    else if (token === '\n') words += ' ';
  }
  return foldWords(words);
}
