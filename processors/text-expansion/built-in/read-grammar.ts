/** What compromise says of a text, in the few terms that the weaving needs. */
import nlp from 'compromise/two';
import type { Person, Tense } from './conjugate.ts';
import type { Voice } from './render-detail.ts';

export interface Term {
  /** Lower case, without punctuation. */
  word: string;
  lemma: string;
  part: 'noun' | 'verb' | 'other';
  tags: ReadonlySet<string>;
}

const NO_CONTENT = ['Pronoun', 'Determiner', 'Preposition', 'Conjunction', 'Auxiliary', 'Copula', 'Modal', 'QuestionWord', 'Value'];

export function readTerms(text: string): Term[] {
  if (text.trim() === '') return [];
  const doc = nlp(text.replaceAll('\u2060', ''));
  doc.compute('root');
  return doc.document.flat().map((term) => {
    const { normal, root } = term as { normal?: string; root?: string };
    const tags: ReadonlySet<string> = term.tags ?? new Set();
    const word = (normal ?? '').replace(/[’']s$/, '');
    const part = tags.has('Verb') ? 'verb' : tags.has('Noun') ? 'noun' : 'other';
    return { word, lemma: root || word, part, tags };
  });
}

/** True for words that can call for a detail: no pronouns, no names but those of places and times. */
export function isContent({ tags }: Term): boolean {
  if (NO_CONTENT.some((tag) => tags.has(tag))) return false;
  return !tags.has('ProperNoun') || tags.has('Place') || tags.has('Date') || tags.has('Month');
}

const PERSONS: Readonly<Record<string, Person>> = {
  i: 'I', me: 'I', my: 'I', mine: 'I', myself: 'I',
  we: 'we', us: 'we', our: 'we', ours: 'we', ourselves: 'we',
  you: 'you', your: 'you', yours: 'you', yourself: 'you',
  he: 'he', him: 'he', his: 'he', himself: 'he',
  she: 'she', her: 'she', hers: 'she', herself: 'she',
  they: 'they', them: 'they', their: 'they', theirs: 'they', themselves: 'they',
};

const PAST_WORDS = new Set(['was', 'were', 'had', 'did', 'could', 'would', 'might', 'wasn’t', 'weren’t', 'hadn’t', 'didn’t', 'couldn’t']);
const PRESENT_WORDS = new Set(['is', 'are', 'am', 'has', 'does', 'do', 'can', 'will', 'isn’t', 'aren’t', 'doesn’t', 'don’t', 'can’t']);

/** The tense of most finite verbs, or null where there is none. */
export function tenseOf(terms: readonly Term[]): Tense | null {
  let past = 0;
  let present = 0;
  let previous: Term | null = null;
  for (const term of terms) {
    const { word, tags } = term;
    if (PAST_WORDS.has(word)) past += 1;
    else if (PRESENT_WORDS.has(word)) present += 1;
    else if (tags.has('PastTense') && !follows(previous, 'Auxiliary')) past += 1;
    else if (tags.has('PresentTense') && !tags.has('Gerund') && isFinite(previous, tags)) present += 1;
    previous = term;
  }
  if (past === present) return past === 0 ? null : 'past';
  return past > present ? 'past' : 'present';
}

function follows(previous: Term | null, tag: string): boolean {
  return previous !== null && previous.tags.has(tag);
}

/** A bare form is an infinitive unless somebody stands right before it. */
function isFinite(previous: Term | null, tags: ReadonlySet<string>): boolean {
  if (!tags.has('Infinitive')) return !follows(previous, 'Auxiliary');
  return previous !== null && ['i', 'we', 'you', 'they'].includes(previous.word);
}

/** Whom a narration follows: its teller, its reader, or the only third person it names by pronoun. */
function personOf(terms: readonly Term[]): Person | null {
  const seen = new Map<Person, number>();
  for (const { word } of terms) {
    const person = Object.hasOwn(PERSONS, word) ? PERSONS[word] : undefined;
    if (person) seen.set(person, (seen.get(person) ?? 0) + 1);
  }
  if (seen.has('I')) return 'I';
  if (seen.has('we')) return 'we';
  const third = (['he', 'she', 'they'] as const).filter((person) => seen.has(person));
  if (seen.has('you')) return third.length === 0 ? 'you' : null;
  return third.length === 1 ? (third[0] ?? null) : null;
}

/** The voice of a passage: of its narration, or where it has none, of what stands around it; a story is told in the past. */
export function voiceOf(narration: readonly Term[], around: () => readonly Term[]): Voice {
  return { tense: tenseOf(narration) ?? tenseOf(around()) ?? 'past', person: personOf(narration) };
}
