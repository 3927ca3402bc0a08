import { readFileSync } from 'node:fs';
import * as fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { analyzeStyle } from './analyze-style.ts';
import { measureReadability } from './readability.ts';
import { countSentences, splitWords } from './split-words.ts';
import { detectTone } from './tone.ts';

const chapter = (path: string): string => readFileSync(new URL(`../../manuscripts/${path}`, import.meta.url), 'utf8');

const CASUAL =
  'Hey, so I was like, you know, we really shouldn’t go there. But he just laughed and said he didn’t care. I can’t even tell you how mad I got! Oh, come on, don’t you get it? I really don’t know what to do now.';
const TECHNICAL =
  'The implementation of the asynchronous replication protocol requires the serialization of transactional metadata and the verification of cryptographic signatures. Configuration of distributed consensus parameters determines the availability characteristics of the infrastructure.';
const FORMAL =
  'The committee considered the report of the treasurer on the state of the accounts for the past year. Members of the board noted the growth of income from the sale of books and the fall in the cost of paper. A copy of the report is kept in the office of the secretary.';

describe('readability', () => {
  it('is Flesch’s and Kincaid’s, on a text counted by hand', () => {
    // “Ve·ry”, “love·ly” and “sum·mer” have two syllables, the other ten words one.
    const text = 'The cat sat on the mat. It was a very lovely summer day.';
    const words = 13;
    const sentences = 2;
    const syllables = 16;
    expect(splitWords(text)).toHaveLength(words);
    const { readingEase, gradeLevel } = measureReadability(text);
    expect(readingEase).toBeCloseTo(206.835 - 1.015 * (words / sentences) - 84.6 * (syllables / words), 6);
    expect(gradeLevel).toBeCloseTo(0.39 * (words / sentences) + 11.8 * (syllables / words) - 15.59, 6);
  });

  it('finds Shelley harder than a nursery rhyme', () => {
    const shelley = measureReadability(chapter('frankenstein/010.md'));
    const rhyme = measureReadability('Jack and Jill went up the hill to fetch a pail of water. Jack fell down and broke his crown.');
    expect(shelley.readingEase).toBeLessThan(rhyme.readingEase - 20);
    expect(shelley.gradeLevel).toBeGreaterThan(8);
  });

  it.each([
    ['One. Two! Three?', 3],
    ['Mr. Darcy met Mrs. Bennet. She left.', 2],
    ['J. R. Smith came… He went.', 2],
    ['“Who is there?” “Nobody.”', 2],
    ['# A heading\n\nA line without its end', 2],
    ['3.5 metres of rope.', 1],
    ['* * *', 0],
    ['', 0],
  ])('counts the sentences of %j', (text, count) => {
    expect(countSentences(text)).toBe(count);
  });

  it('counts words as a reader does', () => {
    expect(splitWords('It’s a *well-known* café — isn’t it? 3 of “them”.')).toEqual(['It’s', 'a', 'well-known', 'café', 'isn’t', 'it', '3', 'of', 'them']);
  });
});

describe('the style of a text', () => {
  it.each([
    ['casual', CASUAL],
    ['technical', TECHNICAL],
    ['formal', FORMAL],
    ['creative', chapter('war-and-peace/005.md')],
    ['creative', 'The ship sailed into the storm.'],
    ['creative', ''],
  ])('is %s', (style, text) => {
    expect(analyzeStyle(text).detected_style).toBe(style);
  });

  it('has a tone', () => {
    const tone = (text: string) => detectTone(splitWords(text));
    expect(tone('She was happy and proud, and the lovely morning gave her joy.')).toBe('warm');
    expect(tone('The dead lay in the dark; fear and pain and a terrible loss were all that was left.')).toBe('dark');
    expect(tone('He put the cup on the table.')).toBe('neutral');
    expect(tone('')).toBe('neutral');
    expect(tone('constructor __proto__ toString')).toBe('neutral');
  });

  it('of nothing is nothing special', () => {
    expect(analyzeStyle(' \n\n* * *\n')).toEqual({ tone: 'neutral', complexity: 0, readability_score: 100, detected_style: 'creative' });
  });

  it('is found for any text, with numbers that are numbers', () => {
    fc.assert(
      fc.property(fc.oneof(fc.string({ unit: 'binary', maxLength: 400 }), fc.lorem({ maxCount: 60 })), (text) => {
        const { complexity, readability_score } = analyzeStyle(text);
        expect(Number.isFinite(complexity) && Number.isFinite(readability_score)).toBe(true);
      }),
      { numRuns: 150, verbose: 1 },
    );
  });

  it('takes little time for a whole million characters, of prose and of what is none', () => {
    const prose = chapter('war-and-peace/005.md').repeat(200).slice(0, 1_000_000);
    const hostile = ['.', 'a', 'a.', '. ', '’-', 'A. ', '!)', '...a'].map((piece) => piece.repeat(1_000_000 / piece.length));
    analyzeStyle('warm up');
    const start = process.cpuUsage();
    for (const text of [prose, ...hostile]) analyzeStyle(text);
    // 0.3 s on the machine it was written on; anything worse than linear takes minutes.
    expect(process.cpuUsage(start).user).toBeLessThan(10_000_000);
  });
});
