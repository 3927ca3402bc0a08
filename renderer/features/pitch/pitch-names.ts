import type { PitchKind, SentenceState } from '#processors/contract/pitch.ts';
import type { PitchV1 } from '#schemas/generated/types.ts';

export const PART_NAMES: Readonly<Record<PitchKind, string>> = {
  logline: 'Logline',
  'back-cover': 'Back cover',
  'synopsis-short': 'Synopsis, one page',
  'synopsis-long': 'Synopsis, five pages',
  'query-letter': 'Query letter',
  keywords: 'Keywords',
};

/** Said beside a sentence; nothing where there is nothing to say. */
export const STATE_WORDS: Readonly<Record<SentenceState, string | null>> = { fresh: null, stale: 'stale', edited: 'yours', 'edited-stale': 'yours, stale' };

/** How the pitch was made, for whoever asks what these sentences are. */
export function describeMaking({ metadata }: PitchV1): string {
  if (metadata.provider === 'built-in') return `Extractive, with no model: sentences of your own book. ${metadata.method ?? ''}.`.trim();
  if (metadata.model === undefined || metadata.model === 'none') return 'Carried on from the pitch before.';
  return `Written by ${metadata.model} from summaries of the chapters. Read it against your book before you send it.`;
}
