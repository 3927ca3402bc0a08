/** What a sentence calls for: entries of the thesaurus, by the meaning of its words. */
import type { Calls } from './choose-details.ts';
import type { Lexicon } from './lexicon.ts';
import { isContent, type Term } from './read-grammar.ts';
import { THESAURUS } from './thesaurus/thesaurus.ts';

const KIND = new Map(THESAURUS.map((entry) => [entry.id, entry.kind]));

/** Words that are in nearly every sentence and say little about it. */
const COMMON = new Set(
  ('come go get make take give say tell see look know think want let put seem become begin keep leave turn ask thing way man people person time day year ' +
    'good great little old new own other same last long much many part side end place case fact word eye hand head first must will time still').split(' '),
);

/** Small words that grammar sometimes takes for nouns or verbs. */
const SMALL = new Set('down up on in of all there here like out over under off back away as at by for to near around'.split(' '));

/** Adjectives that are spelt like a noun of the thesaurus and mean something else. */
const NO_NOUNS = new Set('plain lime present light fancy spring square iron stable general kind mean fair pool lock trunk'.split(' '));

const COMMON_SHARE = 0.3;
/** Each further entry of a lemma is a more distant meaning. */
const FURTHER = 0.6;
/** Talk of a thing brings it near, but not into the room. */
const SPEECH_SHARE = 0.4;

/** Adds what the terms call for to `calls`. */
export function addCalls(calls: Map<string, number>, terms: readonly Term[], lexicon: Lexicon, isSpeech: boolean): void {
  for (const term of terms) {
    if (!isContent(term) || SMALL.has(term.word) || (term.part === 'other' && NO_NOUNS.has(term.word))) continue;
    let weight = (COMMON.has(term.lemma) ? COMMON_SHARE : 1) * (isSpeech ? SPEECH_SHARE : 1);
    for (const id of findEntries(term, lexicon)) {
      const kind = KIND.get(id);
      if (kind === undefined || (kind === 'place' && isSpeech)) continue;
      const share = kind === 'general' ? weight * 0.4 : weight;
      calls.set(id, Math.min(2, Math.max(calls.get(id) ?? 0, share) + (calls.has(id) ? share * 0.25 : 0)));
      weight *= FURTHER;
    }
  }
}

function findEntries(term: Term, lexicon: Lexicon): readonly string[] {
  const found = lexicon.find(term.lemma, term.part);
  return found.length > 0 ? found : lexicon.find(term.word, term.part);
}

/** What happens while people speak: with every speech these are called for, whatever it is about. */
const BEATS: Calls = new Map([
  ['beat', 1.2], ['speech', 0.7], ['voice', 0.55], ['eye', 0.5], ['face', 0.5], ['hand', 0.5], ['silence', 0.45], ['breath', 0.4],
]);

export function addBeats(calls: Map<string, number>): void {
  for (const [id, weight] of BEATS) calls.set(id, Math.max(weight, calls.get(id) ?? 0));
}
