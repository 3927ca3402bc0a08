import { createHash } from 'node:crypto';
import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { PROTOCOL_VERSION } from './version.ts';

/** The hash of all that crosses the wire, by protocol version. Descriptions and examples may change freely. */
const HASHES: Record<number, string> = {
  1: '6f2b0ec5275bef23',
};

function strip(value: unknown): unknown {
  if (Array.isArray(value)) return value.map(strip);
  if (typeof value !== 'object' || value === null) return value;
  const keep = Object.entries(value).filter(([key, inner]) => !(['description', 'title'].includes(key) && typeof inner === 'string') && key !== 'examples');
  return Object.fromEntries(keep.toSorted(([a], [b]) => (a < b ? -1 : 1)).map(([key, inner]) => [key, strip(inner)]));
}

test('a change to what crosses the wire is a decision about the protocol’s version', () => {
  const hash = createHash('sha256');
  for (const folder of ['blobs', 'wire'])
    for (const name of readdirSync(join(import.meta.dirname, folder)).toSorted())
      hash.update(`${folder}/${name}\n${JSON.stringify(strip(JSON.parse(readFileSync(join(import.meta.dirname, folder, name), 'utf8'))))}\n`);
  expect(hash.digest('hex').slice(0, 16), 'Old peers must still read it, or PROTOCOL_VERSION goes up; then note the new hash here.').toBe(HASHES[PROTOCOL_VERSION]);
});
