import { sha256 } from '@noble/hashes/sha2.js';
import { bytesToHex, utf8ToBytes } from '@noble/hashes/utils.js';
import type { Entry } from './entry.ts';

/** What the lexicon was made from, in 16 hex digits: when it differs from the lexicon's own, it has to be built anew. */
export function fingerprint(entries: readonly Entry[]): string {
  const source = entries.map(({ id, roots, words }) => [id, roots, words ?? []]);
  return bytesToHex(sha256(utf8ToBytes(JSON.stringify(source)))).slice(0, 16);
}
