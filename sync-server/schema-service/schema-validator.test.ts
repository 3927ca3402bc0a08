import * as fc from 'fast-check';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { createSchemaValidator, type SchemaValidator } from './schema-validator.ts';

let validator: SchemaValidator;
/** For what would never end. What ends is judged in this time on a busy machine, too. */
let impatient: SchemaValidator;

beforeAll(async () => {
  validator = createSchemaValidator({ checkMs: 60_000 });
  impatient = createSchemaValidator({ validateMs: 2_000 });
  // The processes are up: what follows is about schemas.
  for (const one of [validator, impatient]) await one.findDataErrors('warm', { type: 'object' }, {});
});
afterAll(() => Promise.all([validator, impatient].map((one) => one.close())));

const nest = (levels: number, inner: object = {}): object => (levels === 0 ? inner : { properties: { a: nest(levels - 1, inner) } });
const doubling = (steps: number): object =>
  Object.fromEntries<object>([...Array.from({ length: steps }, (_, at) => [`a${at}`, { allOf: [{ $ref: `#/definitions/a${at + 1}` }, { $ref: `#/definitions/a${at + 1}` }] }] as const), [`a${steps}`, { type: 'object' }]]);

describe('a hostile schema is refused, and the place is named', () => {
  it.each<[string, unknown, string, RegExp]>([
    ['no object', [], '/', /object/],
    ['an unknown type', { properties: { a: { type: 'poem' } } }, '/properties/a/type', /allowed|equal/],
    ['another draft', { $schema: 'https://json-schema.org/draft/2020-12/schema' }, '/$schema', /draft-07/],
    ['a keyword of a later draft', { properties: { a: { prefixItems: [] } } }, '/properties/a/prefixItems', /later draft/],
    ['asynchronous validation', { $async: true }, '/$async', /draft-07/],
    ['a reference to elsewhere', { properties: { a: { $ref: 'https://example.org/a.json' } } }, '/properties/a/$ref', /in this schema/],
    ['a reference to a file', { allOf: [{ $ref: 'file:///etc/passwd' }] }, '/allOf/0/$ref', /in this schema/],
    ['a reference to nothing', { $ref: '#/definitions/none' }, '/$ref', /no schema/],
    ['a reference to what is no schema', { required: ['a'], $ref: '#/required' }, '/$ref', /no schema/],
    ['a reference to itself', { $ref: '#' }, '/', /without an end/],
    ['references in a circle', { definitions: { a: { anyOf: [{ $ref: '#/definitions/b' }] }, b: { not: { $ref: '#/definitions/a' } } } }, '/definitions/a', /without an end/],
    ['references that double at each step', { $ref: '#/definitions/a0', definitions: doubling(30) }, '/definitions/a23', /more than 500/],
    ['an inner base address', { properties: { a: { $id: 'https://example.org/' } } }, '/properties/a/$id', /inside/],
    ['too deep', nest(100), '/properties/a'.repeat(16), /levels deep/],
    ['very deep', nest(3_000), '/properties/a'.repeat(16), /levels deep/],
    ['too long', { description: 'x'.repeat(70_000) }, '/', /longer than 65536/],
    ['too much', { enum: Array.from({ length: 5_000 }, (_, at) => at) }, '/', /more than 4000/],
    ['the name of a prototype', { properties: { constructor: {} } }, '/properties/constructor', /name/],
    ['the prototype', JSON.parse('{"properties":{"__proto__":{"type":"string"}}}'), '/properties/__proto__', /name/],
    ['a pattern that is none', { pattern: '(' }, '/pattern', /regular expression/],
    ['a very long pattern', { pattern: 'a'.repeat(501) }, '/pattern', /longer/],
    ['a catastrophic pattern', { properties: { a: { pattern: '^(a+)+$' } } }, '/properties/a/pattern', /too long/],
    ['a catastrophic name', { patternProperties: { '^(a|a)*b$': {} } }, '/patternProperties/^(a|a)*b$', /too long/],
    ['a pattern of quadratic time', { items: { pattern: '\\s+$' } }, '/items/pattern', /too long/],
    ['a pattern that looks ahead at each place', { pattern: '(?=.*a)(?=.*b).*' }, '/pattern', /too long/],
    ['a pattern that looks ahead in a repetition', { pattern: '^(?:(?!.*x)a)+$' }, '/pattern', /too long/],
    ['a pattern that looks ahead after an alternative', { pattern: '^a|(?=.*x)b' }, '/pattern', /too long/],
    ['a pattern that looks behind over any length', { pattern: '(?<=c*x)c' }, '/pattern', /too long/],
    ['a pattern that multiplies', { pattern: '^((a{1,100}){1,100}){1,100}$' }, '/pattern', /too long/],
  ])('%s', async (_what, definition, path, why) => {
    const errors = await validator.findDefinitionErrors(definition);
    expect(errors[0]?.message).toMatch(why);
    expect(errors.map((error) => error.path)).toContain(path);
  });
});

it('what people write is accepted: trees, patterns, formats, definitions', async () => {
  const definition = {
    $schema: 'http://json-schema.org/draft-07/schema#',
    $id: 'tree-v1',
    type: 'object',
    properties: { id: { pattern: '^[a-z][a-z0-9-]*$' }, key: { pattern: '^(?=.*\\d)(?!.*[(?=+])[^ ]{8,}$' }, word: { pattern: '^(?:(?!no)\\w)+$' }, at: { format: 'date-time' }, children: { type: 'array', items: { $ref: '#' } }, part: { $ref: '#/definitions/a~1b' } },
    patternProperties: { '^x-': {} },
    definitions: JSON.parse('{ "a/b": { "if": { "type": "string" }, "then": { "minLength": 1 } } }') as object,
  };
  expect(await validator.findDefinitionErrors(definition)).toEqual([]);
  const find = (data: unknown) => validator.findDataErrors('tree', definition, data);
  expect(await find({ id: 'a', children: [{ children: [] }] })).toEqual([]);
  expect(await find({ id: 'A', children: [{ id: 3 }, { part: '' }] })).toMatchObject([{ path: '/id' }, { path: '/children/1/part' }, { path: '/children/1/part' }]);
});

describe('data that its schema can’t judge in time is refused, and the next is judged', () => {
  const tree = { anyOf: [{ properties: { a: { $ref: '#' } }, required: ['z'] }, { properties: { a: { $ref: '#' } }, required: ['y'] }] };
  const deep = (levels: number): object => (levels === 0 ? {} : { a: deep(levels - 1) });

  it.each<[string, unknown, unknown]>([
    ['a recursion that doubles at each level', tree, deep(60)],
    // Registration would refuse it; this is what stands behind it.
    ['a catastrophic pattern', { properties: { a: { pattern: '^(a+)+$' } } }, { a: `${'a'.repeat(60)}!` }],
  ])('%s', async (what, definition, data) => {
    const start = performance.now();
    let turns = 0;
    const timer = setInterval(() => (turns += 1), 20);
    expect(await impatient.findDataErrors(what, definition, data)).toMatchObject([{ path: '/', message: expect.stringContaining('in time') as string }]);
    clearInterval(timer);
    // The server's own thread was free all the while.
    expect(turns).toBeGreaterThan(3);
    expect(performance.now() - start).toBeLessThan(60_000);
    expect(await impatient.findDataErrors(what, definition, {})).not.toMatchObject([{ message: expect.stringContaining('in time') as string }]);
  });
});

it('data of eight megabytes is judged in its time: a list of what differs, and one in which everything is wrong', async () => {
  const unique = { properties: { list: { uniqueItems: true } } };
  const items = Array.from({ length: 60_000 }, (_, at) => ({ at, in: [at % 2] }));
  expect(await validator.findDataErrors('unique', unique, { list: items })).toEqual([]);
  expect(await validator.findDataErrors('unique', unique, { list: [...items, { in: [1], at: 1 }] })).toMatchObject([{ path: '/list', message: expect.stringContaining('duplicate') as string }]);
  expect(await validator.findDataErrors('unique', unique, { list: ['1', 1, null, 'null', true] })).toEqual([]);
  const lines = { properties: { lines: { type: 'array', items: { type: 'string' } } } };
  expect(await validator.findDataErrors('lines', lines, { lines: Array.from({ length: 1_000_000 }, () => 0) })).toMatchObject([{ path: '/lines/0', message: expect.stringContaining('string') as string }]);
  expect(await validator.findDataErrors('lines', lines, { lines: ['a', 0, 1] })).toMatchObject([{ path: '/lines/1' }, { path: '/lines/2' }]);
});

it('a schema that is too slow again and again is asked nothing for a while, and holds no other up', async () => {
  const definition = { properties: { a: { pattern: '^(a+)+$' } } };
  const find = () => impatient.findDataErrors('slow', definition, { a: `${'a'.repeat(60)}!` });
  const outcomes = await Promise.allSettled([...Array.from({ length: 200 }, find), impatient.findDataErrors('quick', { type: 'object' }, {})]);
  expect(outcomes.slice(0, 3).map(({ status }) => status)).toEqual(['fulfilled', 'fulfilled', 'fulfilled']);
  expect(outcomes.slice(3, 200).every((outcome) => outcome.status === 'rejected' && (outcome.reason as { code: string }).code === 'unavailable')).toBe(true);
  expect(outcomes.at(-1)).toEqual({ status: 'fulfilled', value: [] });
});

it('a text that fills the memory of what reads it is refused, and the next is read', async () => {
  await expect(validator.parseYaml('!a '.repeat(300_000))).rejects.toMatchObject({ code: 'malformed' });
  expect(await validator.parseYaml('a: [1, b]')).toEqual({ a: [1, 'b'] });
});

it('any JSON is a schema or says why it is none, and every schema that is taken judges any data', async () => {
  const keyword = fc.constantFrom('type', 'properties', 'items', 'allOf', 'not', '$ref', 'pattern', 'enum', 'required', 'definitions', 'dependencies', 'minimum', '$id', '$schema', 'format', 'if');
  const { schema } = fc.letrec((tie) => ({
    schema: fc.oneof({ maxDepth: 4 }, fc.constantFrom('object', '#', '#/definitions/a', 'string', '^a+$', 3, true, null), fc.dictionary(fc.oneof(keyword, fc.constantFrom('a', '__proto__')), tie('schema'), { maxKeys: 4 }), fc.array(tie('schema'), { maxLength: 3 })),
  }));
  let taken = 0;
  await fc.assert(
    fc.asyncProperty(fc.dictionary(keyword, schema, { maxKeys: 4 }), fc.jsonValue(), async (definition, data) => {
      const errors = await validator.findDefinitionErrors(definition);
      for (const error of errors) expect(error).toMatchObject({ path: expect.any(String) as string, message: expect.any(String) as string });
      if (errors.length > 0) return;
      taken += 1;
      expect(Array.isArray(await validator.findDataErrors(JSON.stringify(definition), definition, data))).toBe(true);
    }),
    { numRuns: 400, verbose: 1 },
  );
  expect(taken).toBeGreaterThan(20);
});
