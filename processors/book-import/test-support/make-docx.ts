/** Small Word documents, good and hostile. */
import { ZipWriter } from '../../book-compiler/zip.ts';

const WORD = 'http://schemas.openxmlformats.org/wordprocessingml/2006/main';
const TYPES = '<Types xmlns="http://schemas.openxmlformats.org/package/2006/content-types"><Default Extension="rels" ContentType="application/vnd.openxmlformats-package.relationships+xml"/><Default Extension="xml" ContentType="application/xml"/></Types>';
const RELATIONS = '<Relationships xmlns="http://schemas.openxmlformats.org/package/2006/relationships"><Relationship Id="d" Type="http://schemas.openxmlformats.org/officeDocument/2006/relationships/officeDocument" Target="word/document.xml"/></Relationships>';

const STYLES = ['Title', 'Subtitle', 'Quote', 'heading 1', 'heading 2'].map((name) => `<w:style w:type="paragraph" w:styleId="${name.replace(' ', '')}"><w:name w:val="${name}"/></w:style>`).join('');

/** A paragraph of a style (`heading 1`, `Quote`; '' for none) with runs of text, `*…*` for italics. */
export function docxParagraph(text: string, style = '', properties = ''): string {
  const runs = text.split('*').map((part, index) => `<w:r>${index % 2 === 1 ? '<w:rPr><w:i/></w:rPr>' : ''}<w:t xml:space="preserve">${part.replaceAll('&', '&amp;').replaceAll('<', '&lt;')}</w:t></w:r>`);
  return `<w:p><w:pPr>${style && `<w:pStyle w:val="${style.replace(' ', '')}"/>`}${properties}</w:pPr>${runs.join('')}</w:p>`;
}

/** A paragraph's end that refers to a comment. */
export function commentReference(id: number): string {
  return `<w:r><w:commentReference w:id="${id}"/></w:r>`;
}

/** The document's comments, by id, and what leads to them. */
export function addComments(zip: ZipWriter, comments: { author: string; text: string }[]): void {
  zip.add('word/_rels/document.xml.rels', '<Relationships xmlns="http://schemas.openxmlformats.org/package/2006/relationships"><Relationship Id="c" Type="http://schemas.openxmlformats.org/officeDocument/2006/relationships/comments" Target="comments.xml"/></Relationships>');
  zip.add('word/comments.xml', `<w:comments xmlns:w="${WORD}">${comments.map(({ author, text }, id) => `<w:comment w:id="${id}" w:author="${author}">${docxParagraph(text)}</w:comment>`).join('')}</w:comments>`);
}

export function makeDocx(body: string, extra: (zip: ZipWriter) => void = () => {}): Uint8Array {
  const zip = new ZipWriter();
  zip.add('[Content_Types].xml', TYPES);
  zip.add('_rels/.rels', RELATIONS);
  zip.add('word/styles.xml', `<w:styles xmlns:w="${WORD}">${STYLES}</w:styles>`);
  zip.add('word/numbering.xml', `<w:numbering xmlns:w="${WORD}"><w:abstractNum w:abstractNumId="0"><w:lvl w:ilvl="0"><w:numFmt w:val="bullet"/></w:lvl></w:abstractNum><w:num w:numId="1"><w:abstractNumId w:val="0"/></w:num></w:numbering>`);
  zip.add('word/document.xml', `<?xml version="1.0"?><w:document xmlns:w="${WORD}"><w:body>${body}</w:body></w:document>`);
  extra(zip);
  return zip.finish();
}
