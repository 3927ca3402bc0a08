/** Blocks as XHTML, the same for EPUB and HTML. A scene break is an `hr`: styled, and no word. */
import { pictureIdOf } from '../../contract/pictures.ts';
import type { Block, Inline, Picture, Section } from '../model.ts';
import { pictureAlone } from '../place-pictures.ts';
import type { Replacements } from '../replacements.ts';
import { webAddress } from '../web-address.ts';
import { foldWords } from '../words.ts';
import { escapeXml, unescapeXml } from '../xml.ts';
import { NOTE_NUMBERS, writeNotes, writeReference } from './xhtml-notes.ts';

export function writeBlocks(blocks: readonly Block[], replacements: Replacements): string {
  return blocks.map((block) => writeBlock(block, replacements)).join('');
}

function writeBlock(block: Block, replacements: Replacements): string {
  switch (block.kind) {
    case 'paragraph':
      return `<p${pictureAlone(block.inlines) ? ' class="plate"' : ''}>${writeInlines(block.inlines, replacements)}</p>\n`;
    case 'heading':
      return `<h${block.level}>${writeInlines(block.inlines, replacements)}</h${block.level}>\n`;
    case 'quote':
      return `<blockquote>\n${writeBlocks(block.blocks, replacements)}</blockquote>\n`;
    case 'list':
      return writeList(block, replacements);
    case 'scene-break':
      return '<hr class="scene-break"/>\n';
    case 'verbatim':
      // A parser drops one line break that follows the tag, so the text's own needs a second.
      return `<pre>${block.text.startsWith('\n') ? '\n' : ''}${escapeXml(block.text)}</pre>\n`;
  }
}

function writeList(list: Extract<Block, { kind: 'list' }>, replacements: Replacements): string {
  const tag = list.ordered ? 'ol' : 'ul';
  const start = list.ordered && list.start !== 1 ? ` start="${list.start}"` : '';
  const items = list.items.map((item) => `<li>${writeItem(item, replacements)}</li>\n`).join('');
  return `<${tag}${start}>\n${items}</${tag}>\n`;
}

/** An item's first paragraph stands without a tag when only lists follow it. */
function writeItem(blocks: readonly Block[], replacements: Replacements): string {
  const [first, ...rest] = blocks;
  if (first?.kind !== 'paragraph' || rest.some((block) => block.kind !== 'list')) return writeBlocks(blocks, replacements);
  return writeInlines(first.inlines, replacements) + (rest.length > 0 ? `\n${writeBlocks(rest, replacements)}` : '');
}

export function writeInlines(inlines: readonly Inline[], replacements: Replacements): string {
  return inlines.map((inline) => writeInline(inline, replacements)).join('');
}

function writeInline(inline: Inline, replacements: Replacements): string {
  switch (inline.kind) {
    case 'text':
      return escapeXml(inline.text);
    case 'emphasis':
      return `<em>${writeInlines(inline.children, replacements)}</em>`;
    case 'strong':
      return `<strong>${writeInlines(inline.children, replacements)}</strong>`;
    case 'code':
      return `<code>${escapeXml(inline.text)}</code>`;
    case 'break':
      return '<br/>\n';
    case 'footnote':
      return writeReference(inline);
    case 'link':
      return writeLink(inline, replacements);
    case 'image':
      if (inline.picture) return writePicture(inline.picture, inline.alt);
      noteImage(inline, replacements);
      return inline.alt === '' ? '' : `<span class="picture">${escapeXml(inline.alt)}</span>`;
  }
}

/** Its file is beside the page, under `pictures/`; whoever has only one file puts it in instead. */
function writePicture({ name, width, height }: Picture, alt: string): string {
  return `<img src="${PICTURE_FOLDER}${name}" alt="${escapeXml(alt)}" width="${width}" height="${height}"/>`;
}

export const PICTURE_FOLDER = 'pictures/';

function writeLink(link: Extract<Inline, { kind: 'link' }>, replacements: Replacements): string {
  const text = writeInlines(link.children, replacements);
  const address = webAddress(link.url);
  if (address === null) {
    noteDeadLink(link.url, replacements);
    return text;
  }
  return `<a href="${escapeXml(address)}">${text}</a>`;
}

/** An image that is not shown: there is no file, or the format holds none. */
export function noteImage({ url, alt, picture }: Extract<Inline, { kind: 'image' }>, replacements: Replacements): void {
  const why = picture ? 'this format has no pictures' : pictureIdOf(url) === null ? url : 'its file is missing';
  replacements.note(alt === '' ? `A picture without a description was left out: ${why}` : `A picture stands as its description, “${alt}”: ${why}`);
}

export function noteDeadLink(url: string, replacements: Replacements): void {
  replacements.note(`A link that leads to no web address stands as its text: ${url || '(empty)'}`);
}

/** The section's heading and text. `attributes` describe its element, in which a heading is named `<id>-title`. */
export function writeSection(section: Section, attributes: string, { replacements, sceneBreak }: { replacements: Replacements; sceneBreak?: string | undefined }): string {
  const number = section.numberLine === '' ? '' : `<span class="number">${escapeXml(section.numberLine)}</span>`;
  const title = escapeXml(section.title);
  const heading = number + title === '' ? '' : `<h1 id="${section.id}-title">${number}${number && title && ' '}${title}</h1>\n`;
  const style = sceneBreak === undefined ? '' : ` style="--scene-break: &quot;${escapeXml(cssString(sceneBreak))}&quot;"`;
  return `<section id="${section.id}"${attributes}${style}>\n${heading}${writeBlocks(section.blocks, replacements)}${writeNotes(section.notes, (blocks) => writeBlocks(blocks, replacements))}</section>\n`;
}

/** What names the section to those who don't see it. */
export function nameAttribute(section: Section): string {
  return section.numberLine + section.title === '' ? ` aria-label="${escapeXml(section.label)}"` : ` aria-labelledby="${section.id}-title"`;
}

function cssString(text: string): string {
  return text.replace(/["\\\n]/g, (sign) => `\\${sign.codePointAt(0)!.toString(16)} `);
}

const NUMBERS = /<span class="number">[^<]*<\/span>/g;
const PICTURES = /<img [^>]*?alt="([^"]*)"[^>]*>/g;
const INLINE_TAGS = /<\/?(?:em|strong|code|a|span)(?: [^>]*)?>/g;

/** The words of a piece of XHTML as `writeSection` makes it, folded. */
export function readXhtmlWords(xhtml: string): string {
  return foldWords(unescapeXml(xhtml.replace(NUMBERS, ' ').replace(NOTE_NUMBERS, '').replace(PICTURES, '$1').replace(INLINE_TAGS, '').replace(/<[^>]*>/g, ' ')));
}
