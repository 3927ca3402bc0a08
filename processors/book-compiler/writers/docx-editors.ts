/** A Word document for who edits or sets it: Word's own styles by their names, and nothing that has to be taken out first. */
import { NUMBER_STYLE, type DocxDesign } from './docx-design.ts';
import { CENTRE, heading, ITALIC, KEEP, size, VERBATIM_FONT } from './docx-styles.ts';

const POINTS = [16, 14, 13, 12, 12, 12];

export const editorsDesign: DocxDesign = {
  font: 'Times New Roman',
  normal: { before: '<w:widowControl/>', after: '<w:spacing w:after="160" w:line="276" w:lineRule="auto"/>' },
  paragraphs: [
    { id: 'BodyText', name: 'Body Text', basedOn: 'Normal', quick: true },
    { id: 'FirstParagraph', name: 'First Paragraph', basedOn: 'BodyText', next: 'BodyText', quick: true },
    { id: 'Title', name: 'Title', basedOn: 'Normal', next: 'Subtitle', run: size(20), quick: true },
    { id: 'Subtitle', name: 'Subtitle', basedOn: 'Normal', next: 'BodyText', run: size(14), quick: true },
    ...POINTS.map((points, index) => heading(index + 1, `${KEEP}<w:spacing w:before="360"/>`, `<w:b/><w:bCs/>${size(points)}`)),
    { id: NUMBER_STYLE, name: 'Chapter Number', basedOn: 'Normal', next: 'Heading1', paragraph: `${KEEP}<w:spacing w:before="360" w:after="0"/>` },
    { id: 'ChapterStart', name: 'Chapter Start', basedOn: 'Normal', next: 'FirstParagraph', paragraph: '<w:keepNext/>' },
    { id: 'Quote', name: 'Quote', basedOn: 'Normal', paragraph: '<w:ind w:left="720" w:right="720"/>', quick: true },
    { id: 'SceneBreak', name: 'Scene Break', basedOn: 'Normal', next: 'FirstParagraph', paragraph: CENTRE, quick: true },
    { id: 'FootnoteText', name: 'footnote text', basedOn: 'Normal', run: size(10) },
    { id: 'ListParagraph', name: 'List Paragraph', basedOn: 'Normal', quick: true },
    { id: 'Verbatim', name: 'Verbatim', basedOn: 'Normal', run: VERBATIM_FONT },
  ],
  link: '<w:color w:val="0563C1"/><w:u w:val="single"/>',
  emphasis: ITALIC,
  underNumber: '',
  sceneBreak: '* * *',
  page: 'none',
  setLine: (text) => text,
  setBlocks() {},
};
