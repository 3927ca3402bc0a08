import { chapterLabel, type BookHead, type Chapter } from '../model.ts';
import { textDirection } from '../language.ts';
import { escapeXml } from '../xml.ts';

export function chapterFile(number: number): string {
  return `chapter-${String(number).padStart(4, '0')}.xhtml`;
}

interface Page {
  head: BookHead;
  title: string;
  /** epub:type of the body, which tells where in the book the page stands; none for the navigation. */
  division?: 'cover' | 'frontmatter' | 'bodymatter';
  body: string;
}

function page({ head, title, division, body }: Page): string {
  const language = escapeXml(head.language);
  return `<?xml version="1.0" encoding="UTF-8"?>
<!DOCTYPE html>
<html xmlns="http://www.w3.org/1999/xhtml" xmlns:epub="http://www.idpf.org/2007/ops" lang="${language}" xml:lang="${language}" dir="${textDirection(head.language)}">
<head>
<meta charset="utf-8"/>
<title>${escapeXml(title)}</title>
<link rel="stylesheet" type="text/css" href="styles.css"/>
</head>
<body${division ? ` epub:type="${division}"` : ''}>
${body}</body>
</html>
`;
}

export function chapterPage(head: BookHead, chapter: Chapter, section: string): string {
  return page({ head, title: chapterLabel(chapter.title, chapter.number), division: 'bodymatter', body: section });
}

export function coverPage(head: BookHead): string {
  const alt = escapeXml(head.author === '' ? head.title : `${head.title}, ${head.author}`);
  return page({ head, title: head.title, division: 'cover', body: `<div class="cover"><img src="cover.svg" alt="${alt}" role="doc-cover"/></div>\n` });
}

export function titlePage(head: BookHead): string {
  const author = head.author === '' ? '' : `<p class="author">${escapeXml(head.author)}</p>\n`;
  const body = `<section class="titlepage" epub:type="titlepage" aria-labelledby="title">\n<h1 id="title">${escapeXml(head.title)}</h1>\n${author}</section>\n`;
  return page({ head, title: head.title, division: 'frontmatter', body });
}

/** The contents, and the landmarks by which a reading system finds cover, contents and the first chapter. */
export function navigationPage(head: BookHead): string {
  const chapters = head.chapterTitles
    .map((title, index) => `<li><a href="${chapterFile(index + 1)}">${escapeXml(chapterLabel(title, index + 1))}</a></li>\n`)
    .join('');
  const body = `<nav epub:type="toc" role="doc-toc" id="toc" aria-labelledby="toc-title">
<h1 id="toc-title">${escapeXml(head.title)}</h1>
<ol>
${chapters}</ol>
</nav>
<nav epub:type="landmarks" aria-label="Landmarks" hidden="hidden">
<ol>
<li><a epub:type="cover" href="cover.xhtml">Cover</a></li>
<li><a epub:type="titlepage" href="title-page.xhtml">Title page</a></li>
<li><a epub:type="toc" href="nav.xhtml">Contents</a></li>
<li><a epub:type="bodymatter" href="${chapterFile(1)}">Text</a></li>
</ol>
</nav>
`;
  return page({ head, title: head.title, body });
}
