import type { BookHead, SectionHead } from '../model.ts';
import { textDirection } from '../language.ts';
import { namesOf } from '../section-names.ts';
import { escapeXml } from '../xml.ts';

/** The file of a section, such as `chapter-0012.xhtml`: names sort as the book is read. */
export function fileOf({ id, kind }: Pick<SectionHead, 'id' | 'kind'>): string {
  if (kind === 'contents') return 'nav.xhtml';
  if (kind === 'title-page') return 'title-page.xhtml';
  return `${id.replace(/\d+$/, (number) => number.padStart(kind === 'chapter' ? 4 : 2, '0'))}.xhtml`;
}

interface Page {
  head: BookHead;
  title: string;
  /** epub:type of the body, which tells where in the book the page stands; none for the navigation. */
  division?: 'cover' | 'frontmatter' | 'bodymatter' | 'backmatter';
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

const DIVISIONS = { front: 'frontmatter', body: 'bodymatter', back: 'backmatter' } as const;

export function sectionPage(head: BookHead, section: SectionHead, body: string): string {
  return page({ head, title: section.label, division: DIVISIONS[section.division], body });
}

export function halfTitlePage(head: BookHead): string {
  return page({ head, title: head.title, division: 'frontmatter', body: `<section class="titlepage" epub:type="halftitlepage" aria-labelledby="half-title">\n<h1 id="half-title">${escapeXml(head.title)}</h1>\n</section>\n` });
}

export function coverPage(head: BookHead): string {
  const alt = escapeXml(head.author === '' ? head.title : `${head.title}, ${head.author}`);
  return page({ head, title: head.title, division: 'cover', body: `<div class="cover"><img src="${head.cover?.name ?? 'cover.svg'}" alt="${alt}" role="doc-cover"/></div>\n` });
}

export function titlePage(head: BookHead): string {
  const author = [[head.subtitle, 'subtitle'], [head.author, 'author']].map(([text = '', kind]) => text && `<p class="${kind}">${escapeXml(text)}</p>\n`).join('');
  const body = `<section class="titlepage" epub:type="titlepage" aria-labelledby="title">\n<h1 id="title">${escapeXml(head.title)}</h1>\n${author}</section>\n`;
  return page({ head, title: head.title, division: 'frontmatter', body });
}

/** The contents, with the chapters of a part inside it, and the landmarks by which a reading system finds cover, contents and the first chapter. */
export function navigationPage(head: BookHead): string {
  const first = head.sections.find(({ division }) => division === 'body');
  const hasTitlePage = head.sections.some(({ kind }) => kind === 'title-page');
  const title = escapeXml(head.sections.find(({ kind }) => kind === 'contents')?.title || namesOf(head.language).contents);
  const body = `<nav epub:type="toc" role="doc-toc" id="toc" aria-labelledby="toc-title">
<h1 id="toc-title">${title}</h1>
<ol>
${listEntries(head)}</ol>
</nav>
<nav epub:type="landmarks" aria-label="Landmarks" hidden="hidden">
<ol>
<li><a epub:type="cover" href="cover.xhtml">Cover</a></li>
${hasTitlePage ? '<li><a epub:type="titlepage" href="title-page.xhtml">Title page</a></li>\n' : ''}<li><a epub:type="toc" href="nav.xhtml">${title}</a></li>
${first ? `<li><a epub:type="bodymatter" href="${fileOf(first)}">Text</a></li>\n` : ''}</ol>
</nav>
`;
  return page({ head, title: head.title, body });
}

/** Front and back matter stand in it by their titles; a dedication has none. */
function listEntries(head: BookHead): string {
  const listed = head.sections.filter(({ kind, division, title }) => kind !== 'contents' && (division === 'body' || title !== ''));
  const link = (section: SectionHead): string => `<a href="${fileOf(section)}">${escapeXml(section.label)}</a>`;
  let entries = '';
  for (let index = 0; index < listed.length; index += 1) {
    const section = listed[index]!;
    const inside: SectionHead[] = [];
    if (section.kind === 'part') while (listed[index + 1]?.kind === 'chapter') inside.push(listed[(index += 1)]!);
    const nested = inside.length === 0 ? '' : `\n<ol>\n${inside.map((chapter) => `<li>${link(chapter)}</li>\n`).join('')}</ol>\n`;
    entries += `<li>${link(section)}${nested}</li>\n`;
  }
  return entries;
}
