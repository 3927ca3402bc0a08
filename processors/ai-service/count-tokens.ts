import type { CountTokens } from './fit-prompt.ts';

/** Other models' tokenizers make up to a fifth more of the same prose than OpenAI's. */
const SAFETY = 1.2;
const MESSAGE_OVERHEAD = 8;

/** Loads the tokenizer (1 MB) when it is first needed. The counts err on the high side, whatever the model. */
export async function loadTokenCounter(): Promise<CountTokens> {
  const { countTokens } = await import('gpt-tokenizer/encoding/cl100k_base');
  // A text may speak of <|endoftext|>: then those are letters like others.
  return (text) => Math.ceil(countTokens(breakLongRuns(text), { disallowedSpecial: new Set() }) * SAFETY) + MESSAGE_OVERHEAD;
}

/** The tokenizer's time is quadratic in a run without a break (7 s for 50,000 CJK characters); a break in it costs a token. */
function breakLongRuns(text: string): string {
  return text.replace(/\S{400}/g, '$& ').replace(/\s{400}/g, '$&.');
}
