import { fileOf } from './epub-pages.ts';
import type { BookHead, Picture } from '../model.ts';
import { textDirection } from '../language.ts';
import { escapeXml } from '../xml.ts';
import { PICTURE_FOLDER } from './xhtml.ts';

/** dcterms:modified is required; a fixed one keeps two compiles of the same book equal. */
const MODIFIED = '2000-01-01T00:00:00Z';

const SUMMARY =
  'All of the text can be read with any reading system, by eye, ear or touch. Headings, a table of contents and landmarks lead through it; pictures have descriptions.';

/**
 * https://www.w3.org/TR/epub-33/#sec-package-doc
 * @param pictures those in the texts, by name
 */
export function packageDocument(head: BookHead, identifier: string, pictures: ReadonlyMap<string, Picture['mediaType']>): string {
  const language = escapeXml(head.language);
  const pages = head.sections.filter(({ kind }) => kind !== 'contents');
  // Where the author says nothing of contents, they follow the title page.
  const spine = head.sections.some(({ kind }) => kind === 'contents') ? head.sections.map(({ id, kind }) => (kind === 'contents' ? 'nav' : id)) : head.sections.flatMap(({ id, kind }) => (kind === 'title-page' ? [id, 'nav'] : [id]));
  const direction = textDirection(head.language);
  return `<?xml version="1.0" encoding="UTF-8"?>
<package xmlns="http://www.idpf.org/2007/opf" version="3.0" unique-identifier="book-id" xml:lang="${language}" dir="${direction}" prefix="schema: http://schema.org/">
<metadata xmlns:dc="http://purl.org/dc/elements/1.1/">
<dc:identifier id="book-id">${identifier}</dc:identifier>
<dc:title>${escapeXml(head.title)}</dc:title>
<dc:language>${language}</dc:language>
${head.author && `<dc:creator id="author">${escapeXml(head.author)}</dc:creator>\n<meta refines="#author" property="role" scheme="marc:relators">aut</meta>\n`}<meta property="dcterms:modified">${MODIFIED}</meta>
<meta property="schema:accessMode">textual</meta>
${pictures.size > 0 ? '<meta property="schema:accessMode">visual</meta>\n' : ''}<meta property="schema:accessModeSufficient">textual</meta>
<meta property="schema:accessibilityFeature">tableOfContents</meta>
<meta property="schema:accessibilityFeature">readingOrder</meta>
<meta property="schema:accessibilityFeature">structuralNavigation</meta>
<meta property="schema:accessibilityFeature">displayTransformability</meta>
<meta property="schema:accessibilityFeature">alternativeText</meta>
<meta property="schema:accessibilityHazard">none</meta>
<meta property="schema:accessibilitySummary">${SUMMARY}</meta>
</metadata>
<manifest>
<item id="nav" href="nav.xhtml" media-type="application/xhtml+xml" properties="nav"/>
<item id="styles" href="styles.css" media-type="text/css"/>
<item id="cover-image" href="${head.cover?.name ?? 'cover.svg'}" media-type="${head.cover?.mediaType ?? 'image/svg+xml'}" properties="cover-image"/>
<item id="cover" href="cover.xhtml" media-type="application/xhtml+xml"/>
${pages.map((section) => `<item id="${section.id}" href="${fileOf(section)}" media-type="application/xhtml+xml"/>\n`).join('')}${[...pictures].map(([name, type]) => `<item id="${name.replace(/\..*/, '')}" href="${PICTURE_FOLDER}${name}" media-type="${type}"/>\n`).join('')}</manifest>
<spine page-progression-direction="${direction}">
<itemref idref="cover" linear="no"/>
${spine.map((id) => `<itemref idref="${id}"/>\n`).join('')}</spine>
</package>
`;
}
