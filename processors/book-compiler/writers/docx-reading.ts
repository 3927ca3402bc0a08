/** A Word document that reads as a book does. */
import { NUMBER_STYLE, type DocxDesign } from './docx-design.ts';
import { CENTRE, heading, ITALIC, KEEP, size, VERBATIM_FONT } from './docx-styles.ts';

export const readingDesign: DocxDesign = {
  font: 'Times New Roman',
  normal: { before: '<w:widowControl/>', after: '<w:spacing w:after="0" w:line="360" w:lineRule="auto"/>' },
  paragraphs: [
    { id: 'BodyText', name: 'Body Text', basedOn: 'Normal', paragraph: '<w:ind w:firstLine="480"/>', quick: true },
    { id: 'FirstParagraph', name: 'First Paragraph', basedOn: 'BodyText', next: 'BodyText', paragraph: '<w:ind w:firstLine="0"/>', quick: true },
    { id: 'Title', name: 'Title', basedOn: 'Normal', next: 'Subtitle', paragraph: `${KEEP}<w:spacing w:before="4200" w:after="480" w:line="240" w:lineRule="auto"/>${CENTRE}`, run: size(30), quick: true },
    { id: 'Subtitle', name: 'Subtitle', basedOn: 'Normal', next: 'BodyText', paragraph: CENTRE, run: size(15), quick: true },
    heading(1, `${KEEP}<w:pageBreakBefore/><w:spacing w:before="1700" w:after="900" w:line="240" w:lineRule="auto"/>${CENTRE}`, size(19)),
    ...[2, 3, 4, 5, 6].map((level) => heading(level, `${KEEP}<w:spacing w:before="360" w:after="180"/>${CENTRE}`, `${ITALIC}${size(13)}`)),
    { id: NUMBER_STYLE, name: 'Chapter Number', basedOn: 'Normal', next: 'Heading1', paragraph: `${KEEP}<w:pageBreakBefore/><w:spacing w:before="1500" w:after="240"/>${CENTRE}` },
    { id: 'ChapterStart', name: 'Chapter Start', basedOn: 'Normal', next: 'FirstParagraph', paragraph: `${KEEP}<w:pageBreakBefore/><w:spacing w:before="1700" w:after="900"/>` },
    { id: 'Quote', name: 'Quote', basedOn: 'Normal', paragraph: '<w:spacing w:before="120" w:after="120"/><w:ind w:left="720" w:right="720"/>', quick: true },
    { id: 'SceneBreak', name: 'Scene Break', basedOn: 'Normal', next: 'FirstParagraph', paragraph: `<w:keepNext/><w:spacing w:before="240" w:after="240"/>${CENTRE}`, quick: true },
    { id: 'FootnoteText', name: 'footnote text', basedOn: 'Normal', paragraph: '<w:spacing w:line="240" w:lineRule="auto"/>', run: size(10) },
    { id: 'ListParagraph', name: 'List Paragraph', basedOn: 'Normal', paragraph: '<w:spacing w:after="60"/>', quick: true },
    { id: 'Verbatim', name: 'Verbatim', basedOn: 'Normal', paragraph: '<w:spacing w:before="120" w:after="120" w:line="240" w:lineRule="auto"/>', run: `${VERBATIM_FONT}${size(10)}` },
    { id: 'Footer', name: 'footer', basedOn: 'Normal', paragraph: CENTRE, run: size(10) },
  ],
  link: '<w:color w:val="0563C1"/><w:u w:val="single"/>',
  emphasis: ITALIC,
  underNumber: '<w:pageBreakBefore w:val="0"/><w:spacing w:before="0"/>',
  sceneBreak: '* * *',
  page: 'number',
  setLine: (text) => text,
  setBlocks() {},
};
