import type { PitchPart, PitchSentence, PitchV1 } from '#schemas/generated/types.ts';
import type { PitchKind } from '../contract/pitch.ts';
import type { ChapterText } from './book-texts.ts';

/** Sentences that stand in for others: what was there, and what stands around it. */
export interface RunOfPart {
  kind: PitchKind;
  /** What is made again; none where chapters have come. */
  old: readonly PitchSentence[];
  /** Today's chapters that it rests on; never none. */
  chapters: readonly ChapterText[];
  before: readonly PitchSentence[];
  after: readonly PitchSentence[];
  /** About how many words it has. */
  words: number;
}

/** Who makes the sentences of a pitch: a model, or a choice from the book's own. Each sentence names its chapters. */
export interface PitchWriter {
  readonly origin: NonNullable<PitchPart['origin']>;
  /** What it works from; told as it goes. */
  prepare(chapters: readonly ChapterText[], kinds: readonly PitchKind[]): Promise<void>;
  /** A part from the first word; of a letter, its body alone. */
  writePart(kind: PitchKind, words: number): Promise<PitchSentence[]>;
  /** Another run of sentences in the place of one. It may be empty. */
  rewriteRun(run: RunOfPart): Promise<PitchSentence[]>;
  /** What it did, for the pitch's metadata. */
  describe(): Pick<PitchV1['metadata'], 'provider' | 'model' | 'method' | 'input_tokens' | 'output_tokens' | 'summaries'>;
}
