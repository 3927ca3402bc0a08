/** Word's own styles, under the names by which Word, LibreOffice and importers know them. */
import { textDirection } from '../language.ts';
import { escapeXml } from '../xml.ts';
import type { DocxDesign, DocxStyle } from './docx-design.ts';

const WORD = 'http://schemas.openxmlformats.org/wordprocessingml/2006/main';

export const size = (points: number): string => `<w:sz w:val="${points * 2}"/><w:szCs w:val="${points * 2}"/>`;
export const CENTRE = '<w:jc w:val="center"/>';
export const KEEP = '<w:keepNext/><w:keepLines/>';
export const ITALIC = '<w:i/><w:iCs/>';
export const UNDERLINE = '<w:u w:val="single"/>';
export const VERBATIM_FONT = '<w:rFonts w:ascii="Courier New" w:hAnsi="Courier New" w:cs="Courier New"/>';

export function heading(level: number, paragraph: string, run: string): DocxStyle {
  return { id: `Heading${level}`, name: `heading ${level}`, basedOn: 'Normal', next: 'FirstParagraph', paragraph: `${paragraph}<w:outlineLvl w:val="${level - 1}"/>`, run, quick: true };
}

export function docxStyles(language: string, { font, normal, paragraphs, link }: DocxDesign): string {
  const bidi = textDirection(language) === 'rtl' ? '<w:bidi/>' : '';
  return `<?xml version="1.0" encoding="UTF-8" standalone="yes"?>
<w:styles xmlns:w="${WORD}"><w:docDefaults><w:rPrDefault><w:rPr><w:rFonts w:ascii="${font}" w:hAnsi="${font}" w:eastAsia="${font}" w:cs="${font}"/>${size(12)}<w:lang w:val="${escapeXml(language)}"${bidi && ` w:bidi="${escapeXml(language)}"`}/></w:rPr></w:rPrDefault><w:pPrDefault/></w:docDefaults>
<w:style w:type="paragraph" w:default="1" w:styleId="Normal"><w:name w:val="Normal"/><w:qFormat/><w:pPr>${normal.before}${bidi}${normal.after}</w:pPr></w:style>
<w:style w:type="character" w:default="1" w:styleId="DefaultParagraphFont"><w:name w:val="Default Paragraph Font"/><w:uiPriority w:val="1"/><w:semiHidden/></w:style>
<w:style w:type="numbering" w:default="1" w:styleId="NoList"><w:name w:val="No List"/><w:semiHidden/></w:style>
${paragraphs.map(paragraphStyle).join('')}${characterStyle('Hyperlink', 'Hyperlink', link)}${characterStyle('VerbatimChar', 'Verbatim Char', VERBATIM_FONT)}${characterStyle('FootnoteReference', 'footnote reference', '<w:vertAlign w:val="superscript"/>')}</w:styles>
`;
}

function characterStyle(id: string, name: string, run: string): string {
  return `<w:style w:type="character" w:styleId="${id}"><w:name w:val="${name}"/><w:basedOn w:val="DefaultParagraphFont"/>${run && `<w:rPr>${run}</w:rPr>`}</w:style>\n`;
}

function paragraphStyle(style: DocxStyle): string {
  const basedOn = style.basedOn ? `<w:basedOn w:val="${style.basedOn}"/>` : '';
  const next = style.next ? `<w:next w:val="${style.next}"/>` : '';
  const properties = style.paragraph ? `<w:pPr>${style.paragraph}</w:pPr>` : '';
  const run = style.run ? `<w:rPr>${style.run}</w:rPr>` : '';
  return `<w:style w:type="paragraph" w:styleId="${style.id}"><w:name w:val="${style.name}"/>${basedOn}${next}${style.quick ? '<w:qFormat/>' : ''}${properties}${run}</w:style>\n`;
}
