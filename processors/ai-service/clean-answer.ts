import { RectoError } from '#schemas/errors.ts';
import { splitWords } from './split-words.ts';

/** The prose of an answer that writes a passage out. @throws RectoError provider_nonsense (also: less than the passage), provider_refused */
export function cleanExpansion(answer: string, original: string): string {
  const text = cleanAnswer(answer, original);
  if (splitWords(text).length < splitWords(original).length * LEAST_SHARE) {
    throw new RectoError('provider_nonsense', 'The text provider answered with less than the draft holds, so it was not used. Try again or choose another model.');
  }
  return text;
}

/**
 * The prose of a model's answer: without its thinking aloud, a code fence around the whole, or a line that announces it.
 * @param original what it was written from
 * @throws RectoError provider_nonsense, provider_refused
 */
export function cleanAnswer(answer: string, original: string): string {
  const text = dropPreface(dropFence(dropThinking(answer)), original).trim();
  if (text === '') throw new RectoError('provider_nonsense', 'The text provider answered nothing. The draft is as it was; try again or choose another model.');
  if (isNoise(text)) {
    throw new RectoError('provider_nonsense', 'The text provider answered something that can’t be read. The draft is as it was; try again or choose another model.');
  }
  if (isRefusal(text, original)) throw refused();
  return text;
}

/** An expansion with fewer words than this share of the draft's has lost some of it. */
const LEAST_SHARE = 0.6;

export function refused(): RectoError {
  return new RectoError('provider_refused', 'The model declined to write this passage. The draft is as it was; change the passage or choose another model.');
}

/** Without the thinking aloud that some models begin with; nothing while they still think. */
export function dropThinking(text: string): string {
  return text.replace(/^\s*<think(?:ing)?>[\s\S]*?(?:<\/think(?:ing)?>\s*|$)/i, '');
}

function dropFence(text: string): string {
  return /^\s*```[a-z]*\n([\s\S]*?)\n```\s*$/i.exec(text)?.[1] ?? text;
}

function dropPreface(text: string, original: string): string {
  const preface = /^\s*(?:sure|certainly|of course|here(?:[’']s| is| are)|below is)\b[^\n]{0,160}:[ \t]*\n/i.exec(text)?.[0];
  return preface && !original.trimStart().startsWith(preface.trim().slice(0, 8)) ? text.slice(preface.length) : text;
}

/** More than one character in twenty that no text has. */
function isNoise(text: string): boolean {
  // eslint-disable-next-line no-control-regex -- control characters are what is looked for
  const odd = text.match(/[\u0000-\u0008\u000b\u000c\u000e-\u001f\ufffd]/g)?.length ?? 0;
  return odd > text.length / 20 || !/\p{L}/u.test(text);
}

const REFUSAL = /^(?:i[’']?m (?:really |very )?sorry|sorry|i apologi[sz]e|unfortunately|as an ai|i (?:can(?:no|[’'])t|am (?:not able|unable)|won[’']?t))\b[^\n]*\b(?:assist|help|comply|fulfil+|provide|create|generate|write|continue|request)\b/i;

/** A short answer that begins as refusals do, where the draft does not. */
function isRefusal(text: string, original: string): boolean {
  return text.length < 600 && REFUSAL.test(text) && !REFUSAL.test(original.trim());
}
