/** The parts of a Word document that are the same in every book, or nearly. */
import { PICTURE_EXTENSIONS } from '../../contract/pictures.ts';
import type { BookHead } from '../model.ts';
import { runningHead } from '../standard-manuscript.ts';
import { escapeXml } from '../xml.ts';
import { MARGIN, paperOf, type DocxDesign } from './docx-design.ts';
import { PAGE_NUMBER, paragraph, textRun } from './docx-runs.ts';

const HEADER = '<?xml version="1.0" encoding="UTF-8" standalone="yes"?>\n';
const WORD = 'http://schemas.openxmlformats.org/wordprocessingml/2006/main';
const OFFICE = 'http://schemas.openxmlformats.org/officeDocument/2006';
const PACKAGE = 'http://schemas.openxmlformats.org/package/2006';

/** A fixed date keeps two compiles of the same book equal. */
const CREATED = '2000-01-01T00:00:00Z';

/** What belongs to the document's part, each in a file of its own under `word/`. */
export type DocxPart = 'styles' | 'settings' | 'numbering' | 'footnotes' | 'footer' | 'header';

export function partsOf({ page }: DocxDesign): DocxPart[] {
  const common: DocxPart[] = ['styles', 'settings', 'numbering', 'footnotes'];
  if (page === 'none') return common;
  return [...common, page === 'number' ? 'footer' : 'header'];
}

export function contentTypes(parts: readonly DocxPart[]): string {
  const type = (path: string, kind: string): string => `<Override PartName="${path}" ContentType="application/vnd.openxmlformats-${kind}+xml"/>`;
  const overrides = [
    type('/word/document.xml', 'officedocument.wordprocessingml.document.main'),
    ...parts.map((part) => type(`/word/${part}.xml`, `officedocument.wordprocessingml.${part}`)),
    type('/docProps/core.xml', 'package.core-properties'),
    type('/docProps/app.xml', 'officedocument.extended-properties'),
  ];
  return `${HEADER}<Types xmlns="${PACKAGE}/content-types"><Default Extension="rels" ContentType="application/vnd.openxmlformats-package.relationships+xml"/><Default Extension="xml" ContentType="application/xml"/>${PICTURE_TYPES}${overrides.join('')}</Types>
`;
}

const PICTURE_TYPES = Object.entries(PICTURE_EXTENSIONS).map(([type, extension]) => `<Default Extension="${extension}" ContentType="${type}"/>`).join('');

export const PACKAGE_RELATIONS = `${HEADER}<Relationships xmlns="${PACKAGE}/relationships"><Relationship Id="document" Type="${OFFICE}/relationships/officeDocument" Target="word/document.xml"/><Relationship Id="core" Type="${PACKAGE}/relationships/metadata/core-properties" Target="docProps/core.xml"/><Relationship Id="app" Type="${OFFICE}/relationships/extended-properties" Target="docProps/app.xml"/></Relationships>
`;

export function coreProperties(head: BookHead): string {
  return `${HEADER}<cp:coreProperties xmlns:cp="${PACKAGE}/metadata/core-properties" xmlns:dc="http://purl.org/dc/elements/1.1/" xmlns:dcterms="http://purl.org/dc/terms/" xmlns:xsi="http://www.w3.org/2001/XMLSchema-instance"><dc:title>${escapeXml(head.title)}</dc:title><dc:creator>${escapeXml(head.author)}</dc:creator><dc:language>${escapeXml(head.language)}</dc:language><dcterms:created xsi:type="dcterms:W3CDTF">${CREATED}</dcterms:created><dcterms:modified xsi:type="dcterms:W3CDTF">${CREATED}</dcterms:modified></cp:coreProperties>
`;
}

export function appProperties(): string {
  return `${HEADER}<Properties xmlns="${OFFICE}/extended-properties"><Application>Recto</Application></Properties>
`;
}

export function settings(): string {
  return `${HEADER}<w:settings xmlns:w="${WORD}"><w:zoom w:percent="100"/><w:defaultTabStop w:val="720"/><w:characterSpacingControl w:val="doNotCompress"/><w:footnotePr><w:footnote w:id="-1"/><w:footnote w:id="0"/></w:footnotePr><w:compat><w:compatSetting w:name="compatibilityMode" w:uri="http://schemas.microsoft.com/office/word" w:val="15"/></w:compat></w:settings>
`;
}

/** The page number, in the middle. */
export function footer(): string {
  return `${HEADER}<w:ftr xmlns:w="${WORD}">${paragraph('Footer', PAGE_NUMBER)}</w:ftr>
`;
}

/** “Shelley / FRANKENSTEIN / 12”. */
export function header(head: BookHead, { setLine }: DocxDesign): string {
  return `${HEADER}<w:hdr xmlns:w="${WORD}">${paragraph('Header', textRun(setLine(`${runningHead(head)} / `)) + PAGE_NUMBER)}</w:hdr>
`;
}

export function documentStart(): string {
  return `${HEADER}<w:document xmlns:w="${WORD}" xmlns:r="${OFFICE}/relationships"><w:body>
`;
}

export function documentEnd(language: string, { page }: DocxDesign): string {
  const last: Record<DocxDesign['page'], string> = {
    // The first page has no number.
    number: sectionProperties(language, '<w:footerReference w:type="default" r:id="footer"/>', '<w:titlePg/>'),
    // The title page, a section of its own, is not counted.
    'running-head': sectionProperties(language, '<w:headerReference w:type="default" r:id="header"/>', '<w:pgNumType w:start="1"/>'),
    none: sectionProperties(language),
  };
  return `${last[page]}</w:body></w:document>
`;
}

/** Paper and margins. @param references to what stands on each page @param more behind the margins, in the schema's order */
export function sectionProperties(language: string, references = '', more = ''): string {
  const { width, height } = paperOf(language);
  const margins = ['top', 'right', 'bottom', 'left'].map((side) => `w:${side}="${MARGIN}"`).join(' ');
  return `<w:sectPr>${references}<w:pgSz w:w="${width}" w:h="${height}"/><w:pgMar ${margins} w:header="720" w:footer="720" w:gutter="0"/>${more}</w:sectPr>`;
}
