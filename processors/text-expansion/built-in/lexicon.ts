/** Which entries a lemma calls for. Loaded when the first text is grown, since few sessions need it at once. */
import { THESAURUS } from './thesaurus/thesaurus.ts';

export interface Lexicon {
  /** Ids of entries, the best first. */
  find(lemma: string, part: 'noun' | 'verb' | 'other'): readonly string[];
}

const NOTHING: readonly string[] = [];
let loading: Promise<Lexicon> | null = null;

export function loadLexicon(): Promise<Lexicon> {
  loading ??= load();
  return loading;
}

async function load(): Promise<Lexicon> {
  const { default: generated } = await import('./generated/lexicon.js');
  const nouns = unfold(generated.nouns);
  const verbs = unfold(generated.verbs);
  const own = new Set(THESAURUS.flatMap((entry) => entry.words ?? []));
  return {
    find(lemma, part) {
      if (part === 'verb') return verbs.get(lemma) ?? NOTHING;
      if (part === 'noun') return nouns.get(lemma) ?? NOTHING;
      // What WordNet says of a noun is no guide to an adjective that is spelt like it.
      return own.has(lemma) ? (nouns.get(lemma) ?? NOTHING) : NOTHING;
    },
  };
}

function unfold(groups: Readonly<Record<string, string>>): Map<string, readonly string[]> {
  const lemmas = new Map<string, readonly string[]>();
  for (const [key, members] of Object.entries(groups)) {
    const entries = key.split(' ');
    for (const lemma of members.split(' ')) lemmas.set(lemma, entries);
  }
  return lemmas;
}
