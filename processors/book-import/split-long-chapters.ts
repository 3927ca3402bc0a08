import type { ImportedManuscript } from '../contract/manuscript.ts';

/** What a chapter's draft may hold (`text-input-v2`), in UTF-16 units, which are never fewer than characters. */
const MAX_LENGTH = 1_000_000;

/** What a title may hold (`book-v1`). */
const MAX_TITLE = 1000;

/** Splits chapters that are too long at the ends of paragraphs, and says so. */
export function splitLongChapters(manuscript: ImportedManuscript, maxLength = MAX_LENGTH): ImportedManuscript {
  const warnings = [...manuscript.warnings];
  const chapters = manuscript.chapters.flatMap((chapter) => {
    let { title, content } = chapter;
    if (title.length > MAX_TITLE) {
      warnings.push(`A heading of ${title.length} characters is too long for a chapter’s title; it stands whole at the start of that chapter.`);
      content = `${title}\n\n${content}`;
      title = `${title.slice(0, MAX_TITLE - 1).replace(/\p{Surrogate}$/u, '')}…`;
    }
    if (content.length <= maxLength) return [{ ...chapter, title, content }];
    const parts = splitText(content, maxLength);
    warnings.push(`“${title}” has ${content.length} characters, more than a chapter can hold, and was split into ${parts.length} chapters.`);
    // What begins with the chapter begins once; what holds of all of it holds of each piece.
    const { part: _part, synopsis: _synopsis, notes: _notes, ...whole } = chapter;
    return parts.map((part, index) => (index === 0 ? { ...chapter, title, content: part } : { ...whole, title: `${title} (${index + 1})`.trim(), content: part }));
  });
  return { ...manuscript, chapters, warnings };
}

function splitText(text: string, maxLength: number): string[] {
  const parts: string[] = [];
  let start = 0;
  while (text.length - start > maxLength) {
    const end = findSplit(text, start, start + maxLength);
    parts.push(text.slice(start, end).trim());
    start = end;
  }
  parts.push(text.slice(start).trim());
  return parts.filter((part) => part !== '');
}

/** The last end of a paragraph, else of a line, a word, a character. */
function findSplit(text: string, start: number, limit: number): number {
  for (const separator of ['\n\n', '\n', ' ']) {
    const at = text.lastIndexOf(separator, limit - separator.length);
    if (at > start) return at + separator.length;
  }
  return /[\uD800-\uDBFF]/.test(text.charAt(limit - 1)) ? limit - 1 : limit;
}
