/** One HTML file (https://html.spec.whatwg.org): readable on any screen, by ear, and on paper; it loads nothing. */
import { chapterLabel, type BookHead } from '../model.ts';
import { escapeXml } from '../xml.ts';
import { joinBytes } from '../zip.ts';
import { HTML_STYLES } from './stylesheets.ts';
import { textDirection } from '../language.ts';
import type { WriterKind } from './writer.ts';
import { readXhtmlWords, writeSection } from './xhtml.ts';

export const htmlWriter: WriterKind = {
  format: 'html',
  mediaType: 'text/html',
  extension: 'html',
  start(head, replacements) {
    const encoder = new TextEncoder();
    const chunks = [encoder.encode(opening(head))];
    return {
      writeChapter(chapter) {
        const name = chapter.title === '' ? `aria-label="${chapterLabel('', chapter.number)}"` : `aria-labelledby="chapter-${chapter.number}-title"`;
        const section = writeSection(chapter, ` class="chapter" role="doc-chapter" ${name}`, replacements);
        chunks.push(encoder.encode(section));
        return readXhtmlWords(section);
      },
      finish() {
        chunks.push(encoder.encode('</main>\n</body>\n</html>\n'));
        return joinBytes(chunks);
      },
    };
  },
};

function opening(head: BookHead): string {
  const title = escapeXml(head.title);
  const author = escapeXml(head.author);
  const contents = head.chapterTitles.map((text, index) => `<li><a href="#chapter-${index + 1}">${escapeXml(chapterLabel(text, index + 1))}</a></li>\n`).join('');
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
${author && `<p class="author">${author}</p>\n`}</header>
<nav role="doc-toc" aria-label="${title}">
<ol>
${contents}</ol>
</nav>
<main>
`;
}
