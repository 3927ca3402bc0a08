import type { SyntaxNode, Tree } from '@lezer/common';
import { parse as parseYaml } from 'yaml';
import type { ImportedChapter, ImportedManuscript } from '../contract/manuscript.ts';
import { readFootnotes } from '../contract/footnotes.ts';
import { parseProse } from '../contract/prose-markdown.ts';
import { inlineText, type Footnote } from '../book-compiler/model.ts';
import { createNote } from '../book-compiler/notes.ts';
import { readInlines } from '../book-compiler/parse-inlines.ts';
import { readReferences } from '../book-compiler/references.ts';
import { Replacements } from '../book-compiler/replacements.ts';
import { isChapterLine } from './chapter-lines.ts';
import { carryReferences } from './carry-references.ts';
import { cutChapters } from './cut-chapters.ts';

interface Heading {
  level: number;
  title: string;
  from: number;
  to: number;
}

/**
 * Splits one Markdown text into chapters at its highest level of headings. A single first heading over several of
 * the next level is the book's title. Texts without headings are split where lines say “Chapter 12” and the like.
 * What a chapter holds is the source as it stands.
 * @param text line ends \n
 * @param fallbackTitle the book's title where the text has none
 */
export function splitMarkdown(text: string, fallbackTitle: string): ImportedManuscript {
  const front = readFrontMatter(text);
  const body = text.slice(front.length);
  const tree = parseProse(body);
  const { title, chapters: openings } = findOpenings(findHeadings(tree, body), front.title !== '');
  const bookTitle = front.title || title?.title || fallbackTitle;
  const first = openings[0]?.from ?? body.length;
  const before = title ? [{ from: 0, to: title.from }, { from: title.to, to: first }] : [{ from: 0, to: first }];
  const [opening = '', ...contents] = cutChapters(tree, body, [{ ranges: before }, ...openings.map((heading, index) => ({ heading, ranges: [{ from: heading.to, to: openings[index + 1]?.from ?? body.length }] }))]);
  const chapters: ImportedChapter[] = openings.map((heading, index) => ({ title: heading.title, content: contents[index] ?? '' }));
  if (opening !== '' || openings.length === 0) chapters.unshift({ title: openings.length === 0 ? bookTitle : 'Front matter', content: opening });
  return { title: bookTitle, author: front.author, language: front.language, chapters: carryReferences(chapters, tree, body), warnings: [] };
}

/** @param titled the front matter names the book, so no heading does */
function findOpenings(headings: readonly Heading[], titled: boolean): { title?: Heading; chapters: Heading[] } {
  const top = Math.min(...headings.map((heading) => heading.level));
  const highest = headings.filter((heading) => heading.level === top);
  const next = Math.min(...headings.filter(({ level }) => level > top).map(({ level }) => level));
  const below = headings.filter(({ level }) => level === next);
  const [only] = highest;
  if (!titled && only && highest.length === 1 && below.length > 1 && headings[0] === only) return { title: only, chapters: below };
  return { chapters: highest };
}

function findHeadings(tree: Tree, body: string): Heading[] {
  const footnotes = readFootnotes(tree, body);
  const noteOf = (reference: string): Footnote | undefined => footnotes.find(reference) && createNote();
  const source = { text: body, references: readReferences(tree, body), noteOf, replacements: new Replacements(), rawDepth: 0 };
  const headings: Heading[] = [];
  const lines: Heading[] = [];
  for (let node = tree.topNode.firstChild; node; node = node.nextSibling) {
    const level = /Heading(\d)$/.exec(node.name)?.[1];
    const title = (): string => inlineText(readInlines(source, node as SyntaxNode)).replace(/\s+/g, ' ').trim();
    if (level !== undefined) {
      // A lone # is a scene break.
      if (title() !== '') headings.push({ level: Number(level), title: title(), from: node.from, to: node.to });
    } else if (node.name === 'Paragraph' && node.to - node.from <= 120 && isChapterLine(title())) lines.push({ level: 1, title: title(), from: node.from, to: node.to });
  }
  return headings.length === 0 && lines.length > 1 ? lines : headings;
}

interface FrontMatter {
  title: string;
  author: string;
  language: string;
  /** Characters of the text that it takes. */
  length: number;
}

/** YAML between `---` lines at the start, as pandoc, Obsidian and Recto's own Markdown have it. */
function readFrontMatter(text: string): FrontMatter {
  const none: FrontMatter = { title: '', author: '', language: '', length: 0 };
  const match = /^---[ \t]*\n([^]*?)\n(?:---|\.\.\.)[ \t]*(?:\n|$)/.exec(text);
  if (!match) return none;
  let fields: unknown;
  try {
    fields = parseYaml(match[1] ?? '', { maxAliasCount: 0 });
  } catch {
    return none; // prose between two scene breaks is not YAML; it stays in the text
  }
  if (typeof fields !== 'object' || fields === null || Array.isArray(fields)) return none;
  const { title, author, lang, language } = fields as Record<string, unknown>;
  return { title: asText(title), author: asText(author), language: asText(lang ?? language), length: match[0].length };
}

function asText(value: unknown): string {
  if (Array.isArray(value)) return value.map(asText).filter(Boolean).join(', ');
  return typeof value === 'string' || typeof value === 'number' ? String(value).trim() : '';
}
