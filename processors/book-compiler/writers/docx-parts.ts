/** The parts of a Word document that are the same in every book, or nearly. */
import { usesLetterPaper } from '../language.ts';
import type { BookHead } from '../model.ts';
import { escapeXml } from '../xml.ts';

const HEADER = '<?xml version="1.0" encoding="UTF-8" standalone="yes"?>\n';
const WORD = 'http://schemas.openxmlformats.org/wordprocessingml/2006/main';
const OFFICE = 'http://schemas.openxmlformats.org/officeDocument/2006';
const PACKAGE = 'http://schemas.openxmlformats.org/package/2006';

/** A fixed date keeps two compiles of the same book equal. */
const CREATED = '2000-01-01T00:00:00Z';

const PARTS = ['document.main', 'styles', 'settings', 'numbering', 'footer'];

export const CONTENT_TYPES = `${HEADER}<Types xmlns="${PACKAGE}/content-types"><Default Extension="rels" ContentType="application/vnd.openxmlformats-package.relationships+xml"/><Default Extension="xml" ContentType="application/xml"/>${PARTS.map(
  (part) =>
    `<Override PartName="/word/${part === 'document.main' ? 'document' : part === 'footer' ? 'footer1' : part}.xml" ContentType="application/vnd.openxmlformats-officedocument.wordprocessingml.${part}+xml"/>`,
).join(
  '',
)}<Override PartName="/docProps/core.xml" ContentType="application/vnd.openxmlformats-package.core-properties+xml"/><Override PartName="/docProps/app.xml" ContentType="application/vnd.openxmlformats-officedocument.extended-properties+xml"/></Types>
`;

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
  return `${HEADER}<w:settings xmlns:w="${WORD}"><w:zoom w:percent="100"/><w:defaultTabStop w:val="720"/><w:characterSpacingControl w:val="doNotCompress"/><w:compat><w:compatSetting w:name="compatibilityMode" w:uri="http://schemas.microsoft.com/office/word" w:val="15"/></w:compat></w:settings>
`;
}

/** The page number, in the middle. */
export function footer(): string {
  return `${HEADER}<w:ftr xmlns:w="${WORD}"><w:p><w:pPr><w:pStyle w:val="Footer"/></w:pPr><w:r><w:fldChar w:fldCharType="begin"/></w:r><w:r><w:instrText xml:space="preserve"> PAGE </w:instrText></w:r><w:r><w:fldChar w:fldCharType="separate"/></w:r><w:r><w:t>1</w:t></w:r><w:r><w:fldChar w:fldCharType="end"/></w:r></w:p></w:ftr>
`;
}

export function documentStart(): string {
  return `${HEADER}<w:document xmlns:w="${WORD}" xmlns:r="${OFFICE}/relationships"><w:body>
`;
}

/** Paper, margins, and a first page without a number. Twentieths of a point. */
export function documentEnd(language: string): string {
  const [width, height] = usesLetterPaper(language) ? [12240, 15840] : [11906, 16838];
  return `<w:sectPr><w:footerReference w:type="default" r:id="footer"/><w:pgSz w:w="${width}" w:h="${height}"/><w:pgMar w:top="1440" w:right="1440" w:bottom="1440" w:left="1440" w:header="720" w:footer="720" w:gutter="0"/><w:titlePg/></w:sectPr></w:body></w:document>
`;
}
