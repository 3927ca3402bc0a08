/** A chapter's words by who wrote them. */
import type { TextOrigin } from '#schemas/generated/types.ts';
import type { Provenance, WordOrigin } from '../../contract/manuscript.ts';
import { apportion } from '../../contract/apportion.ts';

const ORIGINS = ['author', 'model_edited', 'model'] as const satisfies readonly WordOrigin[];

/**
 * Shares a chapter's words out to those who wrote them; together they are all of its words. Each run is counted as a text of its own.
 * Where Markdown reaches from one run into the next (a listing with blank lines in it), the runs' counts may not add up to
 * the chapter's: its words are then shared out in their proportion.
 * @param words of the whole chapter
 * @param countWords of a part of the chapter's Markdown; `isFirst`: the chapter's title may stand at its head
 */
export function countOrigins(markdown: string, words: number, provenance: Provenance | undefined, countWords: (part: string, isFirst: boolean) => number): TextOrigin {
  const origin: TextOrigin = { author: 0, model_edited: 0, model: 0 };
  const runs = provenance?.runs ?? [];
  const [first] = runs;
  // Nearly all chapters: nothing is to be told apart.
  if (runs.every((run) => run.origin === first?.origin)) origin[first?.origin ?? 'author'] = words;
  else {
    const counts = new Map<WordOrigin, number>(ORIGINS.map((name) => [name, 0]));
    let from = 0;
    for (const [index, run] of runs.entries()) {
      const end = index === runs.length - 1 ? markdown.length : run.end;
      counts.set(run.origin, (counts.get(run.origin) ?? 0) + countWords(markdown.slice(from, end), index === 0));
      from = end;
    }
    // Without words in any run, what there is is the first one's.
    const shares = ORIGINS.toSorted((a, b) => Number(b === first?.origin) - Number(a === first?.origin));
    for (const [index, part] of apportion(words, shares.map((name) => counts.get(name) ?? 0)).entries()) origin[shares[index]!] = part;
  }
  return provenance && provenance.models.length > 0 ? { ...origin, models: [...provenance.models] } : origin;
}

/** A book's, of its chapters'. */
export function addOrigins(origins: readonly TextOrigin[]): TextOrigin {
  const models = [...new Set(origins.flatMap((origin) => origin.models ?? []))].toSorted();
  const sum = (name: WordOrigin): number => origins.reduce((all, origin) => all + origin[name], 0);
  return { author: sum('author'), model_edited: sum('model_edited'), model: sum('model'), ...(models.length > 0 && { models }) };
}
