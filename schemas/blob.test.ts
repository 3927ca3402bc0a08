import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { findDataErrors, isSchemaId, normalizeSchemaId } from './blob.ts';
import type { RectoError } from './errors.ts';

const folder = join(import.meta.dirname, 'blobs');
const schemas = readdirSync(folder).map((name) => JSON.parse(readFileSync(join(folder, name), 'utf8')) as { $id: string; examples: unknown[] });

test.each(schemas.map((schema) => [schema.$id, schema] as const))('%s accepts its own examples', (id, schema) => {
  expect(schema.examples.length).toBeGreaterThan(0);
  for (const example of schema.examples) expect(findDataErrors(id, example)).toEqual([]);
});

test('the seed’s schemas stand as the seed has them', () => {
  const seed = readFileSync(join(import.meta.dirname, '../processors/text-expansion/fixtures/seed-schemas.json'), 'utf8');
  const { input, output } = JSON.parse(seed) as Record<'input' | 'output', { required: string[]; properties: Record<string, object> }>;
  const ours = (id: string) => schemas.find((schema) => schema.$id === id) as unknown as typeof input;
  expect(ours('text-input-v1')).toMatchObject(input);
  expect(ours('expanded-text-v1')).toMatchObject(output);
  expect(ours('expanded-text-v1').required).toEqual(output.required);
});

test('what does not fit is named by path, all of it at once', () => {
  const errors = findDataErrors('text-input-v1', { content: 'too short', style: 'shouting', metadata: { chapter_num: 'one' } });
  expect(errors.map((error) => error.path).toSorted()).toEqual(['/content', '/metadata/chapter_num', '/style']);
  expect(findDataErrors('text-input-v2', {})).toEqual([{ path: '/', message: "must have required property 'content'" }]);
});

test('length counts characters, not UTF-16 units', () => {
  expect(findDataErrors('text-input-v1', { content: '🕯'.repeat(10_000) })).toEqual([]);
  expect(findDataErrors('text-input-v1', { content: '🕯'.repeat(10_001) })).toHaveLength(1);
});

test('the seed’s prefix names the same schema; an unknown one is an error with a code', () => {
  expect(normalizeSchemaId('schema-text-input-v1')).toBe('text-input-v1');
  expect(findDataErrors('schema-note-v1', { content: 'x' })).toEqual([]);
  expect(isSchemaId('toString')).toBe(false);
  expect(() => findDataErrors('nothing-v9', {})).toThrowError(expect.objectContaining({ code: 'schema_unknown' }) as RectoError);
});
