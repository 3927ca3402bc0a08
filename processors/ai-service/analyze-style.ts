import type { StyleAnalysis } from '../contract/processor.ts';
import { detectStyle } from './detect-style.ts';
import { measureReadability } from './readability.ts';
import { splitWords } from './split-words.ts';
import { detectTone } from './tone.ts';

/** Longer texts are judged by their first million characters: a chapter's bound, and a second at most. */
const MAX_CHARACTERS = 1_000_000;

/**
 * The style of a text by published formulas, with no model: Flesch reading ease and Flesch–Kincaid grade
 * (readability.ts), valence by AFINN-165 (tone.ts), formality by Heylighen & Dewaele (detect-style.ts).
 * The formulas are for English; on other languages the numbers compare texts with each other at best.
 */
export function analyzeStyle(text: string): StyleAnalysis {
  const part = text.slice(0, MAX_CHARACTERS);
  const words = splitWords(part);
  const { gradeLevel, readingEase } = measureReadability(part, words);
  return {
    tone: detectTone(words),
    complexity: round(gradeLevel),
    readability_score: round(readingEase),
    detected_style: detectStyle(part, readingEase),
  };
}

const round = (value: number): number => Math.round(value * 10) / 10;
