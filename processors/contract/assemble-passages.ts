/** Puts texts of passages together to an expansion, with exact spans. */
import type { Passage } from '#schemas/generated/types.ts';

/** A passage before it has a place in the text. */
export interface PassageText extends Pick<Passage, 'source' | 'origin' | 'kept' | 'provider' | 'model'> {
  text: string;
}

/**
 * Joins the texts by a blank line. An empty one (the author struck it out) takes no line; a passage that has
 * neither text nor source is dropped.
 */
export function assemblePassages(parts: readonly PassageText[]): { expanded: string; passages: Passage[] } {
  const passages: Passage[] = [];
  const texts: string[] = [];
  let end = 0;
  for (const { text, ...rest } of parts) {
    if (text === '' && rest.source.count === 0) continue;
    if (text !== '') {
      const start = texts.length > 0 ? end + 2 : 0;
      texts.push(text);
      end = start + text.length;
      passages.push({ ...rest, span: { start, end } });
    } else passages.push({ ...rest, span: { start: end, end } });
  }
  return { expanded: texts.join('\n\n'), passages };
}
