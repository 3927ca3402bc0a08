/** Paragraphs and runs of WordprocessingML. */
import { escapeXml } from '../xml.ts';

/** @param properties behind the style, in the schema's order (ECMA-376 §17.3.1.26) */
export function paragraph(style: string, runs: string, properties = ''): string {
  return `<w:p><w:pPr><w:pStyle w:val="${style}"/>${properties}</w:pPr>${runs}</w:p>\n`;
}

/** @param properties such as `<w:i/>` */
export function textRun(text: string, properties = ''): string {
  // A run has one style: the code's wins over the link's.
  const own = properties.replace(/^(<w:rStyle [^>]*>)<w:rStyle [^>]*>/, '$1');
  return `<w:r>${own && `<w:rPr>${own}</w:rPr>`}<w:t xml:space="preserve">${escapeXml(text)}</w:t></w:r>`;
}

export function verbatimRun(text: string): string {
  const lines = text.split('\n').map((line) =>
    line
      .split('\t')
      .map((part) => (part === '' ? '' : `<w:t xml:space="preserve">${escapeXml(part)}</w:t>`))
      .join('<w:tab/>'),
  );
  return `<w:r>${lines.join('<w:br/>')}</w:r>`;
}

export const TAB = '<w:r><w:tab/></w:r>';

/** A run's properties with one more; they have an order (ECMA-376 §17.3.2.28): the style, then bold, then italics or an underline; each once. */
export function addProperty(properties: string, property: string): string {
  if (properties.includes(property)) return properties;
  const style = /^<w:rStyle [^>]*>/.exec(properties)?.[0] ?? '';
  const rest = properties.slice(style.length);
  return style + (property.startsWith('<w:b') ? property + rest : rest + property);
}

/** The page's number, counted by the reader's program. */
export const PAGE_NUMBER =
  '<w:r><w:fldChar w:fldCharType="begin"/></w:r><w:r><w:instrText xml:space="preserve"> PAGE </w:instrText></w:r><w:r><w:fldChar w:fldCharType="separate"/></w:r><w:r><w:t>1</w:t></w:r><w:r><w:fldChar w:fldCharType="end"/></w:r>';
