import nlp from 'compromise/two';
import type { WritingStyle } from '../contract/processor.ts';

/** Tagging is slow (some thousand words a second), and formality hardly moves after some hundred words. */
const SAMPLES = 6;
const SAMPLE_CHARACTERS = 600;

/** Mean F of imaginative prose in Heylighen & Dewaele's table, and how many words of it a short text is mixed with. */
const FICTION_F = 52;
const PRIOR_WORDS = 40;

/**
 * The style by formality: F = (noun + adjective + preposition + article − pronoun − verb − adverb − interjection + 100) / 2, each the
 * share of all words in percent, tagged by compromise on up to 3,600 characters from all parts of the text.
 * In their table conversations lie near 40, fiction near 52, informational writing above 60. So: below 46 `casual`, below 58 `creative`,
 * above it `technical` where Flesch's scale says “very difficult, scientific” (reading ease under 30), else `formal`. A text of a few words
 * says little, so its F is drawn towards fiction's as if 40 words of fiction stood beside it.
 * F. Heylighen & J.-M. Dewaele, “Formality of language: definition, measurement and behavioral determinants”, Brussels 1999;
 * R. Flesch, “The Art of Readable Writing”, 1949.
 */
export function detectStyle(text: string, readingEase: number): WritingStyle {
  const formality = measureFormality(text);
  if (formality < 46) return 'casual';
  if (formality < 58) return 'creative';
  return readingEase < 30 ? 'technical' : 'formal';
}

/** F as above, drawn towards fiction for short texts. */
function measureFormality(text: string): number {
  let words = 0;
  let balance = 0;
  for (const sample of takeSamples(text)) {
    for (const term of nlp(sample).termList()) {
      if (term.normal === '') continue;
      words++;
      balance += weigh(term.normal, term.tags ?? new Set());
    }
  }
  if (words === 0) return FICTION_F;
  const formality = (100 * balance) / words / 2 + 50;
  return (formality * words + FICTION_F * PRIOR_WORDS) / (words + PRIOR_WORDS);
}

const FORMAL = ['Noun', 'Adjective', 'Preposition'];
const INFORMAL = ['Verb', 'Adverb', 'Expression'];

function weigh(word: string, tags: ReadonlySet<string>): number {
  if (tags.has('Pronoun')) return -1;
  if (tags.has('Determiner')) return word === 'the' || word === 'a' || word === 'an' ? 1 : 0;
  if (FORMAL.some((tag) => tags.has(tag))) return 1;
  return INFORMAL.some((tag) => tags.has(tag)) ? -1 : 0;
}

/** The whole text when it is short; else pieces from everywhere in it, cut at white space. */
function takeSamples(text: string): string[] {
  if (text.length <= SAMPLES * SAMPLE_CHARACTERS) return [text];
  const step = Math.floor(text.length / SAMPLES);
  return Array.from({ length: SAMPLES }, (_, index) => {
    const piece = text.slice(index * step, index * step + SAMPLE_CHARACTERS);
    return piece.slice(Math.max(0, piece.search(/\s/)), Math.max(piece.lastIndexOf(' '), SAMPLE_CHARACTERS / 2));
  });
}
