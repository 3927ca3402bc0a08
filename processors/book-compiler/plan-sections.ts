import type { CompileLayout, MatterItem } from '#schemas/generated/types.ts';
import type { Manuscript, ManuscriptChapter, ManuscriptChapterSource } from '../contract/manuscript.ts';
import { cleanLine, cleanText } from './clean-text.ts';
import { makesItself, type SectionHead } from './model.ts';
import type { WriteNumber } from './number-line.ts';
import type { Replacements } from './replacements.ts';
import { matterTitle } from './section-names.ts';

/** What a section is read from. */
export type SectionSource =
  /** `title`: clean, as the author wrote it. */
  | { kind: 'chapter'; chapter: ManuscriptChapter | ManuscriptChapterSource; title: string }
  /** Markdown, clean, its fields filled in. */
  | { kind: 'text'; markdown: string };

export interface PlannedSection {
  head: SectionHead;
  source: SectionSource;
}

export interface PlanOptions {
  language: string;
  layout: CompileLayout;
  writeNumber: WriteNumber;
  /** A title as it is printed. */
  setLine(text: string): string;
  replacements: Replacements;
}

const FRONT: ReadonlySet<MatterItem['kind']> = new Set(['half-title', 'title-page', 'copyright', 'dedication', 'epigraph', 'contents', 'foreword']);
/** What stands before a title page where the author placed none. */
const BEFORE_TITLE_PAGE: ReadonlySet<string> = new Set(['half-title', 'also-by']);

/**
 * Every section of a book in its order: front matter, the chapters with a page before each part, back matter. A book that says nothing of a
 * title page has one; what has neither text nor anything to make of itself has no page.
 */
export function planSections(manuscript: Manuscript, options: PlanOptions): PlannedSection[] {
  const matter = (manuscript.matter ?? []).filter(({ kind, text }) => makesItself(kind) || text.trim() !== '').map((item) => ({ ...item, isFront: FRONT.has(item.kind) }));
  const front = matter.filter(({ isFront }) => isFront);
  if (!front.some(({ kind }) => kind === 'title-page')) {
    const at = front.findIndex(({ kind }) => !BEFORE_TITLE_PAGE.has(kind));
    front.splice(at === -1 ? front.length : at, 0, { kind: 'title-page', text: '', isFront: true });
  }
  const fill = createFiller(manuscript, options);
  const count = countByKind();
  const toSection = (item: (typeof front)[number]): PlannedSection => planMatter(item, count(item.kind), fill, options);
  return [...front.map(toSection), ...planChapters(manuscript, options), ...matter.filter(({ isFront }) => !isFront).map(toSection)];
}

function planMatter(item: { kind: MatterItem['kind']; title?: string; text: string; isFront: boolean }, nth: number, fill: (text: string) => string, { language, setLine, replacements }: PlanOptions): PlannedSection {
  const title = setLine(cleanLine(fill(item.title ?? matterTitle(item.kind, language)), replacements));
  const head: SectionHead = { id: `${item.kind}-${nth}`, kind: item.kind, division: item.isFront ? 'front' : 'back', numberLine: '', title, label: title || PLAIN_LABELS[item.kind] || item.kind };
  return { head, source: { kind: 'text', markdown: fill(cleanText(item.text, replacements)) } };
}

/** For those who find their way by ear: what has no title of its own in print. */
const PLAIN_LABELS: Partial<Record<MatterItem['kind'], string>> = { 'half-title': 'Half-title', 'title-page': 'Title page', copyright: 'Copyright', dedication: 'Dedication', epigraph: 'Epigraph' };

function* planChapters(manuscript: Manuscript, { layout, writeNumber, setLine, replacements }: PlanOptions): Generator<PlannedSection> {
  const style = layout.chapter_heading ?? 'title';
  let parts = 0;
  let number = 0;
  for (const [index, chapter] of manuscript.chapters.entries()) {
    if (chapter.part !== undefined) {
      parts += 1;
      const title = setLine(cleanLine(chapter.part, replacements));
      const numberLine = style === 'title' && title !== '' ? '' : writeNumber('part', parts);
      yield { head: { id: `part-${parts}`, kind: 'part', division: 'body', numberLine, title, label: title || numberLine }, source: { kind: 'text', markdown: '' } };
    }
    const isNumbered = chapter.numbered !== false;
    if (isNumbered) number += 1;
    const written = cleanLine(chapter.title, replacements);
    const own = setLine(written);
    const line = isNumbered && style !== 'title' ? writeNumber('chapter', number) : '';
    const title = style === 'number' && isNumbered ? '' : own;
    yield {
      head: { id: `chapter-${index + 1}`, kind: 'chapter', division: 'body', numberLine: line, isNumbered, title, label: [line, own].filter(Boolean).join(': ') || `Chapter ${index + 1}` },
      source: { kind: 'chapter', chapter, title: written },
    };
  }
}

function countByKind(): (kind: string) => number {
  const counts = new Map<string, number>();
  return (kind) => {
    const next = (counts.get(kind) ?? 0) + 1;
    counts.set(kind, next);
    return next;
  };
}

const FIELD = /\{([a-z_]{1,40})\}/g;

/** Fills fields such as {author}. One that has no value is left out, and said so; with its line, where that has no other: “ISBN” alone says nothing. */
function createFiller(manuscript: Manuscript, { layout, replacements }: PlanOptions): (text: string) => string {
  const values: Record<string, string | undefined> = { ...layout.fields, title: manuscript.title, subtitle: manuscript.subtitle, author: manuscript.author };
  const fillLine = (line: string): string => {
    let isMissing = false;
    let isFilled = false;
    const filled = line.replace(FIELD, (field, name: string) => {
      const value = values[name] ?? '';
      if (value === '') replacements.note(`The field ${field} has no value and was left out`);
      isMissing ||= value === '';
      isFilled ||= value !== '';
      return value;
    });
    return isMissing && !isFilled ? '' : filled;
  };
  return (text) => text.split('\n').map(fillLine).join('\n');
}
