/** Word's own styles, under the names by which Word, LibreOffice and importers know them. */
import { textDirection } from '../language.ts';
import { escapeXml } from '../xml.ts';

const WORD = 'http://schemas.openxmlformats.org/wordprocessingml/2006/main';

interface Style {
  id: string;
  name: string;
  basedOn?: string;
  next?: string;
  /** Paragraph properties, in the schema's order. */
  paragraph?: string;
  run?: string;
  /** Shown among the quick styles. */
  quick?: boolean;
}

const size = (points: number): string => `<w:sz w:val="${points * 2}"/><w:szCs w:val="${points * 2}"/>`;
const CENTRE = '<w:jc w:val="center"/>';
const KEEP = '<w:keepNext/><w:keepLines/>';

const PARAGRAPHS: Style[] = [
  { id: 'BodyText', name: 'Body Text', basedOn: 'Normal', paragraph: '<w:ind w:firstLine="480"/>', quick: true },
  { id: 'FirstParagraph', name: 'First Paragraph', basedOn: 'BodyText', next: 'BodyText', paragraph: '<w:ind w:firstLine="0"/>', quick: true },
  { id: 'Title', name: 'Title', basedOn: 'Normal', next: 'Subtitle', paragraph: `${KEEP}<w:spacing w:before="4200" w:after="480" w:line="240" w:lineRule="auto"/>${CENTRE}`, run: size(30), quick: true },
  { id: 'Subtitle', name: 'Subtitle', basedOn: 'Normal', next: 'BodyText', paragraph: CENTRE, run: size(15), quick: true },
  heading(1, `${KEEP}<w:pageBreakBefore/><w:spacing w:before="1700" w:after="900" w:line="240" w:lineRule="auto"/>${CENTRE}`, size(19)),
  ...[2, 3, 4, 5, 6].map((level) => heading(level, `${KEEP}<w:spacing w:before="360" w:after="180"/>${CENTRE}`, `<w:i/><w:iCs/>${size(13)}`)),
  { id: 'ChapterNumber', name: 'Chapter Number', basedOn: 'Normal', next: 'NumberedHeading', paragraph: `${KEEP}<w:pageBreakBefore/><w:spacing w:before="1500" w:after="240"/>${CENTRE}` },
  { id: 'NumberedHeading', name: 'Numbered Heading', basedOn: 'Heading1', next: 'FirstParagraph', paragraph: '<w:pageBreakBefore w:val="0"/><w:spacing w:before="0" w:after="900" w:line="240" w:lineRule="auto"/><w:outlineLvl w:val="0"/>' },
  { id: 'ChapterStart', name: 'Chapter Start', basedOn: 'Normal', next: 'FirstParagraph', paragraph: `${KEEP}<w:pageBreakBefore/><w:spacing w:before="1700" w:after="900"/>` },
  { id: 'Quote', name: 'Quote', basedOn: 'Normal', paragraph: '<w:spacing w:before="120" w:after="120"/><w:ind w:left="720" w:right="720"/>', quick: true },
  { id: 'SceneBreak', name: 'Scene Break', basedOn: 'Normal', next: 'FirstParagraph', paragraph: `<w:keepNext/><w:spacing w:before="240" w:after="240"/>${CENTRE}`, quick: true },
  { id: 'ListParagraph', name: 'List Paragraph', basedOn: 'Normal', paragraph: '<w:spacing w:after="60"/>', quick: true },
  { id: 'Verbatim', name: 'Verbatim', basedOn: 'Normal', paragraph: '<w:spacing w:before="120" w:after="120" w:line="240" w:lineRule="auto"/>', run: `<w:rFonts w:ascii="Courier New" w:hAnsi="Courier New" w:cs="Courier New"/>${size(10)}` },
  { id: 'Footer', name: 'footer', basedOn: 'Normal', paragraph: CENTRE, run: size(10) },
];

function heading(level: number, paragraph: string, run: string): Style {
  return { id: `Heading${level}`, name: `heading ${level}`, basedOn: 'Normal', next: 'FirstParagraph', paragraph: `${paragraph}<w:outlineLvl w:val="${level - 1}"/>`, run, quick: true };
}

export function docxStyles(language: string): string {
  const bidi = textDirection(language) === 'rtl' ? '<w:bidi/>' : '';
  return `<?xml version="1.0" encoding="UTF-8" standalone="yes"?>
<w:styles xmlns:w="${WORD}"><w:docDefaults><w:rPrDefault><w:rPr><w:rFonts w:ascii="Times New Roman" w:hAnsi="Times New Roman" w:eastAsia="Times New Roman" w:cs="Times New Roman"/>${size(12)}<w:lang w:val="${escapeXml(language)}"${bidi && ` w:bidi="${escapeXml(language)}"`}/></w:rPr></w:rPrDefault><w:pPrDefault/></w:docDefaults>
<w:style w:type="paragraph" w:default="1" w:styleId="Normal"><w:name w:val="Normal"/><w:qFormat/><w:pPr><w:widowControl/>${bidi}<w:spacing w:after="0" w:line="360" w:lineRule="auto"/></w:pPr></w:style>
<w:style w:type="character" w:default="1" w:styleId="DefaultParagraphFont"><w:name w:val="Default Paragraph Font"/><w:uiPriority w:val="1"/><w:semiHidden/></w:style>
<w:style w:type="numbering" w:default="1" w:styleId="NoList"><w:name w:val="No List"/><w:semiHidden/></w:style>
${PARAGRAPHS.map(paragraphStyle).join('')}<w:style w:type="character" w:styleId="Hyperlink"><w:name w:val="Hyperlink"/><w:basedOn w:val="DefaultParagraphFont"/><w:rPr><w:color w:val="0563C1"/><w:u w:val="single"/></w:rPr></w:style>
<w:style w:type="character" w:styleId="VerbatimChar"><w:name w:val="Verbatim Char"/><w:basedOn w:val="DefaultParagraphFont"/><w:rPr><w:rFonts w:ascii="Courier New" w:hAnsi="Courier New" w:cs="Courier New"/></w:rPr></w:style>
</w:styles>
`;
}

function paragraphStyle(style: Style): string {
  const basedOn = style.basedOn ? `<w:basedOn w:val="${style.basedOn}"/>` : '';
  const next = style.next ? `<w:next w:val="${style.next}"/>` : '';
  const properties = style.paragraph ? `<w:pPr>${style.paragraph}</w:pPr>` : '';
  const run = style.run ? `<w:rPr>${style.run}</w:rPr>` : '';
  return `<w:style w:type="paragraph" w:styleId="${style.id}"><w:name w:val="${style.name}"/>${basedOn}${next}${style.quick ? '<w:qFormat/>' : ''}${properties}${run}</w:style>\n`;
}
