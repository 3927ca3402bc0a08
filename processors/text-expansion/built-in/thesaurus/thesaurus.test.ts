import nlp from 'compromise';
import { describe, expect, it } from 'vitest';
import { conjugate, type Person, type Tense } from '../conjugate.ts';
import lexicon from '../generated/lexicon.js';
import { needsPerson, renderDetail } from '../render-detail.ts';
import { fingerprint } from './fingerprint.ts';
import { THESAURUS } from './thesaurus.ts';

const TENSES: readonly Tense[] = ['past', 'present'];
const PERSONS: readonly Person[] = ['I', 'we', 'you', 'he', 'she', 'they'];
const DETAILS = THESAURUS.flatMap(({ id, details }) => details.map((template, place) => ({ id: `${id}-${place}`, template })));
const NUMBERS = /\b(?:one|two|three|four|five|six|seven|eight|nine|ten|eleven|twelve|twenty|hundreds?|thousands?|millions?|dozens?|half|quarter|first|second|third|fourth|once|twice|thrice|single|double|\d+)\b/i;

/** Where compromise is wrong, or has another meaning or the other right form. */
const REVIEWED = ['lie', 'lean', 'squeak', 'gild', 'close', 'creak', 'chink', 'tilt', 'hiss', 'fit', 'please', 'chafe'];

describe('the thesaurus', () => {
  it('has entries and details enough, each of its own', () => {
    expect(THESAURUS.length).toBeGreaterThanOrEqual(60);
    expect(THESAURUS.filter(({ details }) => details.length < 10).map(({ id }) => id)).toEqual([]);
    expect(new Set(THESAURUS.map(({ id }) => id)).size).toBe(THESAURUS.length);
    expect(new Set(DETAILS.map(({ template }) => template)).size).toBe(DETAILS.length);
  });

  it('is what the lexicon was built from', () => {
    expect(lexicon.source).toBe(fingerprint(THESAURUS));
  });

  it('reads as sentences in every tense and person: no open slot, no name, no number', () => {
    const wrong: string[] = [];
    for (const { id, template } of DETAILS) {
      for (const tense of TENSES) {
        for (const person of needsPerson(template) ? PERSONS : [null]) {
          const sentence = renderDetail(template, { tense, person });
          const names = sentence.replace(/(^|[.:] )\p{Lu}/gu, '$1').replace(/\bI\b/g, '').match(/\p{Lu}/u);
          if (/[{}@]/.test(sentence) || names || NUMBERS.test(sentence) || !/^\p{Lu}.*[.]$/u.test(sentence) || / {2}/.test(sentence)) wrong.push(`${id}: ${sentence}`);
        }
      }
    }
    expect(wrong).toEqual([]);
  });

  it('names nobody where it needs nobody', () => {
    const pronouns = /\b(?:I|me|my|we|us|our|you|your|he|him|his|she|her)\b/;
    expect(DETAILS.filter(({ template }) => pronouns.test(template.replace(/\{\w+[+@]?\}/g, '')))).toEqual([]);
  });

  it('conjugates each of its verbs as compromise does', () => {
    const verbs = new Set(DETAILS.flatMap(({ template }) => [...template.matchAll(/\{(\w+)[+@]?\}/g)].map((match) => match[1] ?? '')));
    const modals = ['be', 'can', 'may', 'ought', 'will', 'subj', 'obj', 'poss', 'refl', 'Subj', 'Obj', 'Poss', 'Refl'];
    const different: string[] = [];
    for (const verb of [...verbs].filter((name) => !modals.includes(name))) {
      const [forms] = nlp(`they will ${verb}`).verbs().conjugate() as { PastTense?: string; PresentTense?: string }[];
      const own = [conjugate(verb, 'past', 'singular'), conjugate(verb, 'present', 'singular')].join();
      const theirs = [forms?.PastTense, forms?.PresentTense].map((form) => form?.replace(/^they (?:will )?/, '')).join();
      if (own !== theirs) different.push(`${verb}: ${own} / ${theirs}`);
    }
    expect(different.filter((line) => !REVIEWED.includes(line.split(':', 1)[0] ?? ''))).toEqual([]);
  });

  it('agrees with whom it follows', () => {
    expect(PERSONS.map((person) => renderDetail('{Subj} {be@} still, and {poss} hands {know+} {obj} by {refl}.', { tense: 'present', person }))).toEqual([
      'I am still, and my hands know me by myself.',
      'We are still, and our hands know us by ourselves.',
      'You are still, and your hands know you by yourself.',
      'He is still, and his hands know him by himself.',
      'She is still, and her hands know her by herself.',
      'They are still, and their hands know them by themselves.',
    ]);
    expect(renderDetail('The rain {thicken}; drops {hang+}; {subj} {can@} not.', { tense: 'past', person: 'I' })).toBe('The rain thickened; drops hung; I could not.');
  });
});
