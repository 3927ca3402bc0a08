/** A detail of the thesaurus as a sentence of a passage. */
import { conjugate, type Person, type Tense } from './conjugate.ts';

/** How a passage speaks. person null: nobody whom a pronoun would name for certain. */
export interface Voice {
  tense: Tense;
  person: Person | null;
}

const PRONOUNS: Readonly<Record<Person, Readonly<Record<string, string>>>> = {
  I: { subj: 'I', obj: 'me', poss: 'my', refl: 'myself' },
  we: { subj: 'we', obj: 'us', poss: 'our', refl: 'ourselves' },
  you: { subj: 'you', obj: 'you', poss: 'your', refl: 'yourself' },
  he: { subj: 'he', obj: 'him', poss: 'his', refl: 'himself' },
  she: { subj: 'she', obj: 'her', poss: 'her', refl: 'herself' },
  they: { subj: 'they', obj: 'them', poss: 'their', refl: 'themselves' },
};

const SLOT = /\{(\w+)([+@]?)\}/g;

/** True when it can only be said of somebody. */
export function needsPerson(detail: string): boolean {
  return /\{(?:[Ss]ubj|[Oo]bj|[Pp]oss|[Rr]efl)\}|@\}/.test(detail);
}

/** Fills a detail's slots. A detail that needs a person is never given a voice without one. */
export function renderDetail(detail: string, voice: Voice): string {
  const sentence = detail.replace(SLOT, (_slot, name: string, mark: string) => {
    const pronoun = voice.person && PRONOUNS[voice.person][name.toLowerCase()];
    if (pronoun) return /^[A-Z]/.test(name) ? pronoun.charAt(0).toUpperCase() + pronoun.slice(1) : pronoun;
    if (mark === '@') return conjugate(name, voice.tense, voice.person ?? 'singular');
    return conjugate(name, voice.tense, mark === '+' ? 'plural' : 'singular');
  });
  return sentence.replace(/\bcan not\b/g, 'cannot');
}
