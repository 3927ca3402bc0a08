/**
 * Standard manuscript format (https://www.shunn.net/format/): one size of type, double-spaced, an inch of margin, each paragraph indented by half an inch, a
 * chapter's title a third down its page. Modern is Times and italics; classic is as a typewriter has it: Courier, underlines, two hyphens for a dash.
 */
import type { CompileLayout } from '#schemas/generated/types.ts';
import { countWords, foldWords } from '../words.ts';
import { inlineText, type BookHead, type Inline } from '../model.ts';
import { visitInlines } from '../typeset.ts';
import { approximateWords, byline, contactLines, MANUSCRIPT_SCENE_BREAK } from '../standard-manuscript.ts';
import { CONTACT_STYLE, END_STYLE, MARGIN, NUMBER_STYLE, type DocxDesign, type DocxStyle, type Paper } from './docx-design.ts';
import { paragraph, TAB, textRun } from './docx-runs.ts';
import { CENTRE, heading, ITALIC, KEEP, size, UNDERLINE } from './docx-styles.ts';

/** Of text that stands close, twentieths of a point. */
const CLOSE_LINE = 280;
const CLOSE = `<w:spacing w:line="${CLOSE_LINE}" w:lineRule="exact"/>`;
const HALF_INCH = 720;

/** Beside another dash or a hyphen, two hyphens would be read as something else. */
const LONE_DASH = /(?<![—-])—(?![—-])/g;

type Signs = Pick<DocxDesign, 'setLine' | 'setBlocks'>;

const AS_SET: Signs = { setLine: (text) => text, setBlocks() {} };
const TYPED: Signs = { setLine: (text) => text.replace(LONE_DASH, '--'), setBlocks: (blocks) => visitInlines(blocks, typeDashes) };

export function manuscriptDesign(layout: CompileLayout, paper: Paper): DocxDesign {
  const isClassic = layout.style === 'manuscript-classic';
  const emphasis = isClassic ? UNDERLINE : ITALIC;
  return {
    font: isClassic ? 'Courier New' : 'Times New Roman',
    // A page has as many lines as its paper holds: lengths are told by pages.
    normal: { before: '<w:widowControl w:val="0"/>', after: '<w:spacing w:after="0" w:line="480" w:lineRule="auto"/>' },
    paragraphs: manuscriptStyles(Math.round(paper.height / 3) - MARGIN, paper.width - 2 * MARGIN, emphasis),
    link: '',
    emphasis,
    underNumber: '<w:pageBreakBefore w:val="0"/><w:spacing w:before="0"/>',
    sceneBreak: MANUSCRIPT_SCENE_BREAK,
    page: 'running-head',
    ...(isClassic && layout.typography !== 'as-written' ? TYPED : AS_SET),
  };
}

/** @param drop of a chapter's title below the margin @param right where a line ends */
function manuscriptStyles(drop: number, right: number, emphasis: string): DocxStyle[] {
  return [
    { id: 'BodyText', name: 'Body Text', basedOn: 'Normal', paragraph: `<w:ind w:firstLine="${HALF_INCH}"/>`, quick: true },
    { id: 'FirstParagraph', name: 'First Paragraph', basedOn: 'BodyText', next: 'BodyText', quick: true },
    { id: CONTACT_STYLE, name: 'Contact', basedOn: 'Normal', paragraph: `<w:tabs><w:tab w:val="right" w:pos="${right}"/></w:tabs>${CLOSE}` },
    { id: 'Title', name: 'Title', basedOn: 'Normal', next: 'Subtitle', paragraph: CENTRE, quick: true },
    { id: 'Subtitle', name: 'Subtitle', basedOn: 'Normal', next: 'BodyText', paragraph: CENTRE, quick: true },
    heading(1, `${KEEP}<w:pageBreakBefore/><w:spacing w:before="${drop}" w:after="480"/>${CENTRE}`, ''),
    ...[2, 3, 4, 5, 6].map((level) => heading(level, `${KEEP}<w:spacing w:before="480"/>${CENTRE}`, emphasis)),
    { id: NUMBER_STYLE, name: 'Chapter Number', basedOn: 'Normal', next: 'Heading1', paragraph: `${KEEP}<w:pageBreakBefore/><w:spacing w:before="${drop}" w:after="0"/>${CENTRE}` },
    { id: 'ChapterStart', name: 'Chapter Start', basedOn: 'Normal', next: 'FirstParagraph', paragraph: `${KEEP}<w:pageBreakBefore/><w:spacing w:before="${drop}"/>` },
    { id: 'Quote', name: 'Quote', basedOn: 'Normal', paragraph: `<w:ind w:left="${HALF_INCH}" w:right="${HALF_INCH}" w:firstLine="${HALF_INCH}"/>`, quick: true },
    { id: 'SceneBreak', name: 'Scene Break', basedOn: 'Normal', next: 'FirstParagraph', paragraph: `<w:keepNext/>${CENTRE}`, quick: true },
    { id: 'FootnoteText', name: 'footnote text', basedOn: 'Normal' },
    { id: 'ListParagraph', name: 'List Paragraph', basedOn: 'Normal', quick: true },
    { id: 'Verbatim', name: 'Verbatim', basedOn: 'Normal', paragraph: `<w:ind w:left="${HALF_INCH}"/>` },
    { id: END_STYLE, name: 'End Mark', basedOn: 'Normal', paragraph: `<w:spacing w:before="480"/>${CENTRE}` },
    { id: 'Header', name: 'header', basedOn: 'Normal', paragraph: `${CLOSE}<w:jc w:val="right"/>`, run: size(12) },
  ];
}

/**
 * The first page: who submits it and how long it is, the title halfway down, who wrote it.
 * @param section the properties of the page, which end with it
 */
export function manuscriptTitlePage(head: BookHead, words: number, { setLine }: DocxDesign, paper: Paper, section: string): string {
  const [first = '', ...more] = contactLines(head);
  const contact = [paragraph(CONTACT_STYLE, textRun(first) + TAB + textRun(approximateWords(words, head.language))), ...more.map((line) => paragraph(CONTACT_STYLE, textRun(line)))];
  const drop = Math.max(Math.round(paper.height / 2) - MARGIN - contact.length * CLOSE_LINE, 0);
  const lines = [{ style: 'Title', text: head.title, spacing: `<w:spacing w:before="${drop}"/>` }, ...[head.subtitle, byline(head)].filter(Boolean).map((text) => ({ style: 'Subtitle', text, spacing: '' }))];
  const last = lines.length - 1;
  return [...contact, ...lines.map(({ style, text, spacing }, index) => paragraph(style, textRun(setLine(text)), spacing + (index === last ? section : '')))].join('');
}

/** The words of a section's text, without its title's. @param written as they were read back, folded */
export function textWords(written: string, title: string): number {
  return countWords(written) - countWords(foldWords(title));
}

/** Two hyphens for a dash, as a typewriter has it. Code stays as typed. */
function typeDashes(inlines: readonly Inline[]): void {
  const lone = new Set(Array.from(inlineText(inlines).matchAll(LONE_DASH), ({ index }) => index));
  if (lone.size > 0) replaceDashes(inlines, 0, lone);
}

/** @param start where the inlines begin in their paragraph's text @returns where they end */
function replaceDashes(inlines: readonly Inline[], start: number, lone: ReadonlySet<number>): number {
  let at = start;
  for (const inline of inlines) {
    if ('children' in inline) {
      at = replaceDashes(inline.children, at, lone);
      continue;
    }
    const from = at;
    at += inlineText([inline]).length;
    if (inline.kind === 'text') inline.text = inline.text.replace(/—/g, (dash, index: number) => (lone.has(from + index) ? '--' : dash));
  }
  return at;
}
