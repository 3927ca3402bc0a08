/** JSON of all shapes, and sound JSON with one place of it changed. */
import type { Random } from '../random.ts';

/** Names that the API knows, and names that mean something elsewhere. */
export const NAMES = [
  'id', 'name', 'version', 'type', 'definition', 'examples', 'active', 'processor', 'input_schema_ids', 'output_schema_id', 'event_patterns', 'workflow', 'config_schema', 'priority', 'max_concurrency', 'processor_id',
  'blob_id', 'config', 'run_at', 'worker', 'wait_ms', 'done', 'total', 'message', 'schema_id', 'data', 'tags', 'usage', 'code', 'provider', 'model', 'base_url', 'key', 'price', 'text', 'instruction', 'properties', 'items',
  'pattern', '$ref', '$id', 'allOf', 'steps', 'user_id', 'deleted', 'parent_id', 'conversation_id', 'created_at', 'updated_at', 'derived_ids', 'processing_state', 'content', 'assumed_master_state', 'new_document_state',
  'email', 'password', 'device_name', 'token', 'refresh_token', 'patterns', 'chapters', 'toString', 'constructor', 'prototype', '__proto__', 'hasOwnProperty', 'length', '', 'é', '\u0000', ' ', '*', 'a.b', '/',
];

const SCALARS: readonly unknown[] = [
  'text-expansion', 'text-input-v1', 'text-input-v2', 'note-v1', 'book-v1', 'snapshot-v1', 'expanded-text-v1', 'poem-v1.0.0', 'blob.created.*', 'blob.>', '>', '1.0.0', 'object', '#', '#/definitions/a', '(a+)+$', 'http://[::]/', 'http://0x7f.1/v1',
  'openai-compatible', 'a\nb', '\ud800', '\udc00\ud800', '\u0000', '\u202e', '$.data.x', '../../etc/passwd', `' OR 1=1 --`, '"', '\\', '%00', '%s%n', '{{7*7}}', '${7*7}', '<script>', 'user-input', '2026-01-01T00:00:00Z', '-271821-04-20T00:00:00Z',
  '&a [*a]', 'id: w\nsteps: []', 'author@example.org', '', ' ', 0, -0, -1, 1, 2, 1e308, -1e308, 1e-320, 1.5, 0.1, 2 ** 31, 2 ** 53, 2 ** 63, -(2 ** 63), true, false, null,
];

export function makeValue(random: Random, depth = 4): unknown {
  const kind = random.below(depth > 0 ? 10 : 6);
  if (kind < 5) return random.pick(SCALARS);
  if (kind === 5) return random.chance(0.1) ? 'x'.repeat(random.below(20_000)) : makeWord(random);
  if (kind < 8) return Array.from({ length: random.below(5) }, () => makeValue(random, depth - 1));
  // Not by assignment: a name may be __proto__.
  return Object.fromEntries(Array.from({ length: random.below(7) }, () => [random.pick(NAMES), makeValue(random, depth - 1)]));
}

/** Characters of anywhere, halves of pairs too. */
export function makeWord(random: Random): string {
  return String.fromCharCode(...Array.from({ length: random.below(12) }, () => random.below(random.chance(0.7) ? 128 : 65_536)));
}

export function makeBytes(random: Random, length: number): Buffer {
  return Buffer.from(Array.from({ length }, () => random.below(256)));
}

/** The same, with one place of it, or one more member, made something else. */
export function changeOne(random: Random, target: unknown): unknown {
  if (typeof target !== 'object' || target === null || random.chance(0.15)) return makeValue(random);
  if (Array.isArray(target)) {
    if (target.length === 0) return [makeValue(random)];
    const at = random.below(target.length);
    if (random.chance(0.1)) return [...(target as unknown[]), ...(target as unknown[])];
    return target.map((item: unknown, index) => (index === at ? changeOne(random, item) : item));
  }
  const entries = Object.entries(target);
  const at = random.below(entries.length + 1);
  if (at === entries.length) return Object.fromEntries([...entries, [random.pick(NAMES), makeValue(random)]]);
  if (random.chance(0.15)) return Object.fromEntries(entries.filter((_, index) => index !== at));
  return Object.fromEntries(entries.map(([name, value], index) => [name, index === at ? changeOne(random, value) : value]));
}

/** The same bytes, with some of them changed, gone, repeated or more. */
export function damageBytes(random: Random, bytes: Buffer): Buffer {
  let damaged = bytes;
  for (let count = 1 + random.below(4); count > 0; count -= 1) {
    const at = random.below(damaged.length + 1);
    const [head, tail] = [damaged.subarray(0, at), damaged.subarray(at)];
    const kind = random.below(5);
    if (kind === 0) damaged = Buffer.concat([head, makeBytes(random, 1 + random.below(4)), tail]);
    else if (kind === 1) damaged = Buffer.concat([head, tail.subarray(1 + random.below(8))]);
    else if (kind === 2) damaged = Buffer.concat([head, tail.subarray(0, 20), tail]);
    else if (kind === 3) damaged = head;
    else damaged = Buffer.concat([head, makeBytes(random, Math.min(1, tail.length)), tail.subarray(1)]);
  }
  return damaged;
}
