import { toToken } from './subjects.ts';

/** The first token of all subjects of the stream. */
const ROOT = 'blob';

/**
 * The narrowest pattern that fits every event of the stream that one of these fits, for a consumer of nats-server 2.9 has
 * one filter. It may fit others too: whoever consumes looks at the patterns themselves.
 * @param patterns as in a manifest: `blob.created.text-input-v1`, `blob.*.note-v1`, `blob.>`
 * @returns null where no event of the stream fits any of them
 */
export function findCommonPattern(patterns: readonly string[]): string | null {
  const wanted = patterns.map(toFilter).filter((tokens) => tokens !== null);
  if (wanted.length === 0) return null;
  const shortest = Math.min(...wanted.map((tokens) => tokens.length));
  const isOneLength = wanted.every((tokens) => tokens.length === shortest);
  const common: string[] = [];
  for (let index = 0; index < shortest; index += 1) {
    const [first, ...others] = new Set(wanted.map((tokens) => tokens[index]!));
    const hasRest = first === '>' || others.includes('>');
    // Where one ends and another goes on, only “and all that follows” fits both.
    if (hasRest || (index === shortest - 1 && !isOneLength)) return [...common, '>'].join('.');
    common.push(others.length === 0 ? first! : '*');
  }
  return common.join('.');
}

/** The pattern's tokens as a filter within the stream; null: it fits none of the stream's subjects. */
function toFilter(pattern: string): string[] | null {
  const tokens = pattern.split('.');
  if (tokens[0] === '>') return tokens.length === 1 ? [ROOT, '>'] : null;
  if (tokens.length < 2 || (tokens[0] !== ROOT && tokens[0] !== '*') || tokens.slice(0, -1).includes('>')) return null;
  return [ROOT, ...tokens.slice(1).map((token) => (token === '*' || token === '>' ? token : toToken(token)))];
}
