import { describe, expect, it } from 'vitest';
import type { BookHead } from './model.ts';
import { approximateWords, byline, contactLines, roundWordCount, runningHead } from './standard-manuscript.ts';

const head = (author: string, title: string, language = 'en'): BookHead => ({ title, subtitle: '', author, contact: [], language, sections: [] });

describe('standard manuscript format', () => {
  it.each([
    [3, 100],
    [1_949, 1_900],
    [17_449, 17_400],
    [18_260, 18_500],
    [39_800, 40_000],
    [77_678, 78_000],
    [563_286, 563_000],
  ])('rounds %i words to %i', (words, rounded) => {
    expect(roundWordCount(words)).toBe(rounded);
  });

  it('says how many words in the book’s language', () => {
    expect(approximateWords(1_563_286, 'en-GB')).toBe('about 1,563,000 words');
    expect(approximateWords(950, 'en')).toBe('about 1,000 words');
    expect(approximateWords(77_678, 'de-AT')).toBe('etwa 78\u00a0000 Wörter');
    expect(approximateWords(77_678, 'tlh')).toBe('about 78\u00a0000 words');
  });

  it.each([
    ['Mary Wollstonecraft (Godwin) Shelley', 'Frankenstein; Or, The Modern Prometheus', 'en', 'Shelley / FRANKENSTEIN'],
    ['Ursula K. Le Guin', 'The Dispossessed', 'en', 'Le Guin / THE DISPOSSESSED'],
    ['Martin Luther King, Jr.', 'Why', 'en', 'King / WHY'],
    ['Shelley, Mary', 'Lodore', 'en', 'Shelley / LODORE'],
    ['Ludwig van der Rohe', 'Straße', 'de', 'van der Rohe / STRASSE'],
    ['Terry Pratchett and Neil Gaiman', 'Good Omens: The Nice and Accurate Prophecies', 'en', 'Pratchett & Gaiman / GOOD OMENS'],
    ['Szabó Magda', 'Az ajtó', 'hu', 'Szabó / AZ AJTÓ'],
    ['Madonna', 'The Curious Incident of the Dog in the Night', 'en', 'Madonna / CURIOUS INCIDENT'],
    ['', 'Anon', 'en', 'ANON'],
    ['Le', 'x'.repeat(80), 'und', `Le / ${'X'.repeat(50)}`],
  ])('runs “%s”, “%s” (%s) as “%s”', (author, title, language, expected) => {
    expect(runningHead(head(author, title, language))).toBe(expected);
  });

  it('names the author as who submits it where the book says no more', () => {
    expect(contactLines(head('A. Writer', 'T'))).toEqual(['A. Writer']);
    expect(contactLines({ ...head('A. Writer', 'T'), contact: ['Ann Writer', '1 Sea Road'] })).toEqual(['Ann Writer', '1 Sea Road']);
    expect(byline(head('A. Writer', 'T', 'de'))).toBe('von A. Writer');
    expect(byline(head('', 'T'))).toBe('');
  });
});
