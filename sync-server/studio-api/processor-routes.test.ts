import { readFileSync } from 'node:fs';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { listen } from '../test-support/test-socket.ts';
import { startTestServer, type Caller, type TestServer } from '../test-support/test-server.ts';

let server: TestServer;
let administrator: Caller;
let author: Caller;

beforeAll(async () => {
  server = await startTestServer();
  [administrator, author] = await Promise.all([server.signUpAdministrator(), server.signUp()]);
});
afterAll(() => server.close());

const PATH = '/api/v1/processors';
const register = (body: unknown, as = administrator) => as.send('POST', PATH, body);
const text = { type: 'object', required: ['text'], properties: { text: { type: 'string' } }, examples: [{ text: 'A line.' }] };
const counting = (input: string, output: string) => `
id: wf-count
steps:
  - {id: look, type: schema-validation, schema_id: ${input}}
  - {id: count, type: computation, operations: [{words: "str(len($.data.text.split()))"}]}
  - {id: out, type: state-update, operation: create-blob, schema_id: ${output}, data_map: {text: "$.words"}}
`;
/** With its own schemas and its workflow: all that a server needs to run it. */
const COUNTER = {
  id: 'word-counter', name: 'Word counter', description: 'Says how many words a line has.', input_schema_id: 'schema-line-v1', output_schema_id: 'schema-count-v1',
  event_patterns: ['blob.created.line-v1'], priority: 3, max_concurrency: 2,
  input_schema: text, output_schema: text, workflow: counting('schema-line-v1', 'count-v1'),
  config_schema: { type: 'object', properties: { tone: { enum: ['dry', 'warm'] } }, additionalProperties: false },
};

describe('a registration that can’t be is refused with path and reason, and nothing is stored', () => {
  const out = (schema: string, map: string): string => `id: w\nsteps:\n  - {id: out, type: state-update, operation: create-blob, schema_id: ${schema}, data_map: {text: "${map}"}}\n`;
  it.each<[string, object, string, string]>([
    ['no id', { id: undefined }, 'processor_invalid', '/id'],
    ['an id that is an object, and no text', { id: { toString: 1, valueOf: 1 } }, 'processor_invalid', '/id'],
    ['the author’s own id', { id: 'user-input' }, 'processor_invalid', '/id'],
    ['a misspelt field', { event_pattern: [] }, 'processor_invalid', '/event_pattern'],
    ['an unknown input', { input_schema_id: 'dream-v1', input_schema: undefined, workflow: undefined }, 'processor_invalid', '/input_schema_ids/0'],
    ['an unknown output', { output_schema_id: 'dream-v1', output_schema: undefined, workflow: undefined }, 'processor_invalid', '/output_schema_id'],
    ['one version of a schema', { input_schema_id: 'text-input-v1.0.0', input_schema: undefined, workflow: undefined, event_patterns: [] }, 'processor_invalid', '/input_schema_ids/0'],
    ['a schema that is none', { output_schema: { type: 'verse' } }, 'schema_invalid', '/output_schema/definition/type'],
    ['a pattern that is none', { event_patterns: ['blob.created.line-v1', 'blob..'] }, 'processor_invalid', '/event_patterns/1'],
    ['an event that never comes', { event_patterns: ['blob.created.note-v1'] }, 'processor_invalid', '/event_patterns/0'],
    ['an event that makes no job', { event_patterns: ['blob.deleted.line-v1'] }, 'processor_invalid', '/event_patterns/0'],
    ['too many at once', { max_concurrency: 1000 }, 'processor_invalid', '/max_concurrency'],
    ['a config schema that is none', { config_schema: { properties: { a: { type: 'verse' } } } }, 'processor_invalid', '/config_schema/properties/a/type'],
    ['a hostile config schema', { config_schema: { properties: { a: { pattern: '(a|a)*b' } } } }, 'processor_invalid', '/config_schema/properties/a/pattern'],
    ['a workflow that is no YAML', { workflow: 'id: [' }, 'processor_invalid', '/workflow'],
    ['a step of no type', { workflow: { id: 'w', steps: [{ id: 'a', type: 'magic' }] } }, 'processor_invalid', '/workflow/steps/0/type'],
    ['a step whose type is an object', { workflow: { id: 'w', steps: [{ id: 'a', type: { toString: 1, valueOf: 1 } }] } }, 'processor_invalid', '/workflow/steps/0/type'],
    ['a service that is none', { workflow: `id: w\nsteps:\n  - {id: a, type: api-call, service: mail, endpoint: /send}\n${out('count-v1', 'x').split('\n')[2]}` }, 'processor_invalid', '/workflow/steps/0/service'],
    ['a value that no step makes', { workflow: out('count-v1', '$.nothing') }, 'processor_invalid', '/workflow/steps/0/data_map/text'],
    ['another output than it says', { workflow: out('note-v1', '$.data.text') }, 'processor_invalid', '/workflow/steps/0/schema_id'],
    ['another workflow than it names', { workflow_id: 'wf-other' }, 'processor_invalid', '/workflow_id'],
    ['itself', { input_schema_id: 'line-v1', output_schema_id: 'line-v1', output_schema: undefined, workflow: undefined, event_patterns: ['blob.*.line-v1'] }, 'processor_cycle', '/event_patterns'],
    ['an id that ships, and another output', { id: 'text-expansion' }, 'processor_invalid', '/output_schema_id'],
  ])('%s', async (_what, change, code, path) => {
    const before = (await author.send('GET', PATH)).text + (await author.send('GET', '/api/v1/schemas')).text;
    const reply = await register({ ...COUNTER, ...change });
    expect(reply.body, reply.text).toMatchObject({ status: 422, code });
    expect((reply.body['errors'] as { path: string }[]).map((error) => error.path)).toContain(path);
    expect((await author.send('GET', PATH)).text + (await author.send('GET', '/api/v1/schemas')).text).toBe(before);
  });

  it.each([200, 100_000])('nested %i levels deep, in any part', async (levels) => {
    const deep = `${'{"a":['.repeat(levels / 2)}1${']}'.repeat(levels / 2)}`;
    for (const field of ['workflow', 'config_schema', 'input_schema', 'name']) {
      const body = JSON.stringify({ ...COUNTER, [field]: 0 }).replace(`"${field}":0`, `"${field}":${deep}`);
      expect((await administrator.send('POST', PATH, body)).body, field).toMatchObject({ status: 422 });
    }
    for (const field of ['definition', 'examples']) {
      const body = JSON.stringify({ name: 'deep', version: '1.0.0', definition: {}, examples: [], [field]: 0 }).replace(`"${field}":0`, `"${field}":${deep}`);
      expect((await administrator.send('POST', '/api/v1/schemas', body)).body, field).toMatchObject({ status: 422 });
    }
  });

  it('by one who is no administrator, and what is no YAML', async () => {
    expect((await register(COUNTER, author)).body).toMatchObject({ status: 403, code: 'forbidden' });
    const yaml = { 'content-type': 'application/yaml' };
    expect((await administrator.send('POST', PATH, 'id: [', yaml)).body['code']).toBe('malformed');
    expect((await administrator.send('POST', PATH, '['.repeat(50_000), yaml)).body['code']).toBe('malformed');
    expect((await administrator.send('POST', PATH, `a: &a [x]\nb: [${'*a,'.repeat(100)}]`, yaml)).body['code']).toBe('malformed');
    // Minutes of the parser's time.
    const slow = administrator.send('POST', PATH, '!a '.repeat(300_000), yaml);
    const asked = performance.now();
    expect((await author.send('GET', PATH)).status).toBe(200);
    expect(performance.now() - asked).toBeLessThan(40_000);
    expect((await slow).body).toMatchObject({ code: 'malformed', detail: expect.stringContaining('too long') as string });
    expect((await administrator.send('POST', '/api/v1/blobs', 'id: x', yaml)).body['code']).toBe('unsupported_media_type');
  });
});

it('registered with its schemas and workflow, a processor is listed and run by the server, each user as they set it', async () => {
  expect((await register(COUNTER)).status).toBe(201);
  expect(await register(COUNTER)).toMatchObject({ status: 200, body: { id: 'word-counter', input_schema_id: 'line-v1', input_schema_ids: ['line-v1'], output_schema_id: 'count-v1', workflow_id: 'wf-count', priority: 3, max_concurrency: 2, active: true, runs: true, shipped: false } });
  const { processors } = (await author.send('GET', PATH)).body as { processors: { id: string; instance: object }[] };
  expect(processors.map(({ id }) => id)).toEqual(expect.arrayContaining(['text-expansion', 'book-compiler', 'word-counter']));
  expect(processors.find(({ id }) => id === 'word-counter')?.instance).toEqual({ processor_id: 'word-counter', user_id: author.session.user_id, active: true, run_at: 'cloud', config: {} });

  const socket = await listen(server, author.session.access_token, { patterns: ['blob.derived', 'processor.failed'] });
  const line = { processor_id: 'user-input', schema_id: 'line-v1', data: { text: 'The ship sailed.' } };
  const posted = await author.send('POST', '/api/v1/blobs', line);
  expect(posted.body).toMatchObject({ processing_state: 'pending' });
  const derived = await socket.next('blob.derived');
  expect((await author.send('GET', `/api/v1/blobs/${derived.data.derived_id}`)).body).toMatchObject({ schema_id: 'count-v1', processor_id: 'word-counter', parent_id: posted.body['id'], data: { text: '3' } });

  const instance = `${PATH}/word-counter/instances`;
  expect((await author.send('PUT', instance, { config: { tone: 'loud' } })).body).toMatchObject({ status: 422, code: 'schema_violation', errors: [{ path: '/config/tone' }] });
  expect((await author.send('PUT', instance, { where: 'cloud' })).body).toMatchObject({ status: 422 });
  expect((await author.send('PUT', instance, { config: { tone: 'dry' } })).body).toMatchObject({ active: true, run_at: 'cloud', config: { tone: 'dry' } });
  expect((await author.send('PUT', instance, { active: false })).body).toMatchObject({ active: false, config: { tone: 'dry' } });
  expect((await administrator.send('GET', instance)).body).toMatchObject({ instances: [{ active: true, config: {} }] });
  expect((await author.send('GET', `${PATH}/nobody/instances`)).body['code']).toBe('processor_unknown');

  // Off, no event makes a job; asked for, it runs, with what was set and what was asked.
  const silent = await author.send('POST', '/api/v1/blobs', line);
  const job = await author.send('POST', '/api/v1/jobs', { processor_id: 'word-counter', blob_id: silent.body['id'] });
  expect(job.body).toMatchObject({ config: { tone: 'dry' } });
  expect((await author.send('POST', '/api/v1/jobs', { processor_id: 'word-counter', blob_id: silent.body['id'], config: { tone: 'loud' } })).body).toMatchObject({ code: 'schema_violation', errors: [{ path: '/config/tone' }] });
  expect((await socket.next('blob.derived')).data.parent_id).toBe(silent.body['id']);
  expect(((await author.send('GET', '/api/v1/jobs')).body['jobs'] as object[]).length).toBe(2);
  await socket.close();
});

it('where a config is needed, nothing runs by itself before it is set', async () => {
  const needy = { ...COUNTER, id: 'needy', config_schema: { type: 'object', required: ['tone'] }, input_schema_id: 'dream-v1', workflow: counting('dream-v1', 'count-v1'), event_patterns: ['blob.created.dream-v1'], output_schema: undefined };
  expect((await register(needy)).status).toBe(201);
  const dream = () => author.send('POST', '/api/v1/blobs', { processor_id: 'user-input', schema_id: 'dream-v1', data: { text: 'The sea.' } });
  const socket = await listen(server, author.session.access_token, { patterns: ['blob.derived'] });
  await dream();
  await author.send('PUT', `${PATH}/needy/instances`, { config: { tone: 'dry' } });
  const second = await dream();
  expect((await socket.next('blob.derived')).data.parent_id).toBe(second.body['id']);
  expect(((await author.send('GET', '/api/v1/jobs')).body['jobs'] as { processor_id: string }[]).filter((job) => job.processor_id === 'needy')).toHaveLength(1);
  await socket.close();
});

it('a hostile workflow fails alone: the server answers, and other processors go on', async () => {
  const grow = Array.from({ length: 40 }, (_, at) => `{g${at + 1}: "$.g${at} + $.g${at}"}`).join(', ');
  const hostile = `id: wf-flood\nsteps:\n  - {id: flood, type: computation, operations: [{g0: "$.data.text"}, ${grow}]}\n  - {id: out, type: state-update, operation: create-blob, schema_id: count-v1, data_map: {text: "$.g40"}}\n`;
  expect((await register({ id: 'flood', input_schema_id: 'line-v1', output_schema_id: 'count-v1', workflow: hostile })).status).toBe(201);
  const socket = await listen(server, administrator.session.access_token, { patterns: ['blob.derived'] });
  const posted = await administrator.send('POST', '/api/v1/blobs', { processor_id: 'user-input', schema_id: 'line-v1', data: { text: 'The ship sailed. '.repeat(10_000) } });
  const job = await administrator.send('POST', '/api/v1/jobs', { processor_id: 'flood', blob_id: posted.body['id'] });
  const read = async () => (await administrator.send('GET', `/api/v1/jobs/${String(job.body['id'])}`)).body;
  await expect.poll(async () => (await read())['state'], { interval: 20 }).toBe('dead');
  expect(await read()).toMatchObject({ error: { code: 'workflow_step_failed', message: expect.stringMatching(/Step “flood”.*\$\.g\d+ \+ \$\.g\d+.*too long/) as string } });
  expect((await socket.next('blob.derived')).data).toMatchObject({ parent_id: posted.body['id'], processor_id: 'word-counter' });
  await socket.close();
});

it('processors that would feed one another are refused at the one that closes the circle, also when it is switched on', async () => {
  const link = (id: string, from: string, to: string, extra: object = {}) => register({ id, input_schema_id: from, output_schema_id: to, event_patterns: [`blob.created.${from}`], ...extra });
  for (const name of ['ring-a', 'ring-b', 'ring-c']) await administrator.send('POST', '/api/v1/schemas', { id: `${name}-v1`, definition: { type: 'object' } });
  expect((await link('first', 'ring-a-v1', 'ring-b-v1')).status).toBe(201);
  expect((await link('second', 'ring-b-v1', 'ring-c-v1')).status).toBe(201);
  const closing = await link('third', 'ring-c-v1', 'ring-a-v1');
  expect(closing.body).toMatchObject({ status: 422, code: 'processor_cycle', detail: expect.stringContaining('third → first → second → third') as string, errors: [{ path: '/event_patterns' }] });
  // Asked for only, it closes nothing; nor while it is off.
  expect((await link('third', 'ring-c-v1', 'ring-a-v1', { event_patterns: [] })).status).toBe(201);
  expect((await link('third', 'ring-c-v1', 'ring-a-v1', { active: false })).status).toBe(200);
  expect((await administrator.send('POST', `${PATH}/third/activate`)).body['code']).toBe('processor_cycle');
  expect((await administrator.send('POST', `${PATH}/first/deactivate`)).body).toMatchObject({ id: 'first', active: false });
  expect((await administrator.send('POST', `${PATH}/third/activate`)).body).toMatchObject({ id: 'third', active: true });
});

it('one that ships comes back where that closes no circle', async () => {
  const expander = { id: 'text-expansion', input_schema_id: 'text-input-v1', output_schema_id: 'expanded-text-v1', event_patterns: [] };
  expect((await register(expander)).status).toBe(201);
  const back = { id: 'back', input_schema_id: 'expanded-text-v1', output_schema_id: 'text-input-v1', event_patterns: ['blob.created.expanded-text-v1'] };
  expect((await register(back)).status).toBe(201);
  const removed = await administrator.send('DELETE', `${PATH}/text-expansion`);
  expect(removed.body).toMatchObject({ status: 422, code: 'processor_cycle', detail: expect.stringContaining('text-expansion → back → text-expansion') as string });
  expect((await administrator.send('GET', `${PATH}/text-expansion`)).body).toMatchObject({ event_patterns: [] });
  for (const id of ['back', 'text-expansion']) expect((await administrator.send('DELETE', `${PATH}/${id}`)).status, id).toBe(204);
});

it('a processor is removed when no job of it waits or runs, and its schema then', async () => {
  expect((await administrator.send('DELETE', '/api/v1/schemas/ring-b-v1')).body).toMatchObject({ code: 'schema_in_use', detail: expect.stringContaining('first') as string });
  expect((await author.send('DELETE', `${PATH}/second`)).body['code']).toBe('forbidden');
  expect((await administrator.send('DELETE', `${PATH}/text-expansion`)).body['code']).toBe('forbidden');
  for (const id of ['first', 'second']) expect((await administrator.send('DELETE', `${PATH}/${id}`)).status).toBe(204);
  expect((await administrator.send('DELETE', '/api/v1/schemas/ring-b-v1')).status).toBe(204);
  expect((await author.send('GET', `${PATH}/first`)).body['code']).toBe('processor_unknown');
});

it('what was registered outlives a restart', async () => {
  const read = async () => ((await author.send('GET', PATH)).body['processors'] as { id: string }[]).filter(({ id }) => ['word-counter', 'third'].includes(id));
  const before = await read();
  expect(before).toMatchObject([{ id: 'third', active: true, runs: false }, { id: 'word-counter', active: true, runs: true }]);
  await server.restart();
  expect(await read()).toEqual(before);
});

describe('the seed’s own files', () => {
  const seed = (name: string): string => readFileSync(new URL(`../../docs/examples/seed/${name}`, import.meta.url), 'utf8');
  const expand = async (): Promise<Record<string, unknown>> => {
    const socket = await listen(server, author.session.access_token, { patterns: ['blob.derived'] });
    await author.send('POST', '/api/v1/blobs', { processor_id: 'user-input', schema_id: 'text-input-v1', data: { content: 'The ship sailed into the storm.', metadata: { type: 'chapter', book_id: 'my-novel' } } });
    const { data } = await socket.next('blob.derived');
    await socket.close();
    return (await author.send('GET', `/api/v1/blobs/${data.derived_id}`)).body;
  };

  it('load as they are: the schemas are those that ship, and the registration’s workflow runs as written', async () => {
    for (const id of ['schema-text-input-v1', 'schema-expanded-text-v1']) {
      const reply = await administrator.send('POST', `/api/v1/schemas?id=${id}`, seed(`${id}.json`));
      expect(reply, reply.text).toMatchObject({ status: 200, body: { id: id.replace('schema-', ''), shipped: true } });
    }
    const loaded = await administrator.send('POST', PATH, seed('registration.yaml'), { 'content-type': 'application/yaml' });
    expect(loaded, loaded.text).toMatchObject({ status: 201, body: { id: 'text-expansion', workflow_id: 'wf-text-expansion', runs: true, shipped: true } });
    expect((await author.send('GET', `${PATH}/text-expansion`)).body['workflow']).toBe(seed('wf-text-expansion.yaml'));
    const made = await expand();
    expect(made).toMatchObject({ schema_id: 'expanded-text-v1', processor_id: 'text-expansion', data: { original: 'The ship sailed into the storm.', expansion_ratio: expect.any(Number) as number, metadata: { model: 'gpt-4', temperature: 0.7 } } });
    expect(made['data']).not.toHaveProperty('passages');
  });

  it('with the workflow’s file sent along, too; what the app writes goes on as it ships; removed, all is as it ships', async () => {
    const body = `${seed('registration.yaml').trimEnd()}\n  workflow: |\n${seed('wf-text-expansion.yaml').replace(/^/gm, '    ')}`;
    expect(await administrator.send('POST', PATH, body, { 'content-type': 'application/yaml' })).toMatchObject({ status: 200 });
    const written = await author.send('POST', '/api/v1/blobs', { processor_id: 'user-input', schema_id: 'text-input-v2', data: { content: 'A door.' } });
    const socket = await listen(server, author.session.access_token, { patterns: ['blob.derived'] });
    expect((await author.send('POST', '/api/v1/jobs', { processor_id: 'text-expansion', blob_id: written.body['id'], config: { style: 'formal' } })).status).toBe(202);
    const { data } = await socket.next('blob.derived');
    expect((await author.send('GET', `/api/v1/blobs/${data.derived_id}`)).body).toMatchObject({ data: { passages: [{}] } });
    await socket.close();
    expect((await administrator.send('DELETE', `${PATH}/text-expansion`)).status).toBe(204);
    expect((await expand())['data']).toHaveProperty('passages');
  });
});
