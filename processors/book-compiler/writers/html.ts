/** One HTML file (https://html.spec.whatwg.org): readable on any screen, by ear, and on paper; it loads nothing. */
import { toBase64 } from '../../contract/base64.ts';
import { makesItself, type BookHead, type Section } from '../model.ts';
import { visitPictures } from '../place-pictures.ts';
import { escapeXml } from '../xml.ts';
import { joinBytes } from '../zip.ts';
import { HTML_STYLES } from './stylesheets.ts';
import { textDirection } from '../language.ts';
import type { WriterKind } from './writer.ts';
import { sectionRole } from './section-kind.ts';
import { nameAttribute, PICTURE_FOLDER, readXhtmlWords, writeSection } from './xhtml.ts';

export const htmlWriter: WriterKind = {
  format: 'html',
  mediaType: 'text/html',
  extension: 'html',
  typography: 'typeset',
  start({ head, layout, replacements }) {
    const encoder = new TextEncoder();
    const chunks = [encoder.encode(opening(head))];
    return {
      writeSection(section) {
        // The page begins with these.
        if (makesItself(section.kind)) return '';
        const written = writeSection(section, ` class="${classOf(section)}"${sectionRole(section)}${nameAttribute(section)}`, { replacements, sceneBreak: layout.scene_break });
        chunks.push(encoder.encode(embedPictures(written, section)));
        return readXhtmlWords(written);
      },
      finish() {
        chunks.push(encoder.encode('</main>\n</body>\n</html>\n'));
        return joinBytes(chunks);
      },
    };
  },
};

/** Each picture in its place, as a data: URI (RFC 2397). A quotation mark of the text is never a bare one, so none is taken for an attribute. */
function embedPictures(written: string, { blocks }: Section): string {
  const addresses = new Map<string, string>();
  visitPictures(blocks, ({ name, mediaType, bytes }) => void addresses.set(`src="${PICTURE_FOLDER}${name}"`, `src="data:${mediaType};base64,${toBase64(bytes)}"`));
  return addresses.size === 0 ? written : written.replace(SOURCES, (source) => addresses.get(source) ?? source);
}

const SOURCES = new RegExp(`src="${PICTURE_FOLDER}[^"]+"`, 'g');

/** Whatever stands on a page of its own is printed as a chapter is. */
function classOf({ kind }: Section): string {
  return kind === 'chapter' ? 'chapter' : `chapter ${kind}`;
}

function opening(head: BookHead): string {
  const title = escapeXml(head.title);
  const author = escapeXml(head.author);
  const subtitle = escapeXml(head.subtitle);
  const named = head.sections.filter(({ kind, division, title: own }) => !makesItself(kind) && (division === 'body' || own !== ''));
  const contents = named.map(({ id, label }) => `<li><a href="#${id}">${escapeXml(label)}</a></li>\n`).join('');
  return `<!DOCTYPE html>
<html lang="${escapeXml(head.language)}" dir="${textDirection(head.language)}">
<head>
<meta charset="utf-8"/>
<meta name="viewport" content="width=device-width, initial-scale=1"/>
<title>${title}</title>
${author && `<meta name="author" content="${author}"/>\n`}<style>
${HTML_STYLES}</style>
</head>
<body>
<header>
<p class="title">${title}</p>
${subtitle && `<p class="subtitle">${subtitle}</p>\n`}${author && `<p class="author">${author}</p>\n`}</header>
<nav role="doc-toc" aria-label="${title}">
<ol>
${contents}</ol>
</nav>
<main>
`;
}
