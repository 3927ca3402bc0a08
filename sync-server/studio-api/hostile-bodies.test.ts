/** Bodies and queries of every wrong shape, at each route of the registries, jobs, workers, text providers and files: refused by a code, never a failure of the server. */
import fc from 'fast-check';
import { afterAll, beforeAll, expect, it } from 'vitest';
import { ROUTES } from '#schemas/http.ts';
import { startTestServer, type Caller, type TestServer } from '../test-support/test-server.ts';
import { addToken, createHandWorker } from '../test-support/worker-client.ts';

let server: TestServer;
let callers: Record<'user' | 'administrator' | 'worker', Caller['send']>;
let ids: string[];

beforeAll(async () => {
  server = await startTestServer({ workers: 'none' });
  const [author, administrator] = [await server.signUp(), await server.signUpAdministrator()];
  const worker = createHandWorker(server, await addToken(server, 'text-expansion'));
  callers = { user: author.send, administrator: administrator.send, worker: worker.send };
  const blob = await author.send('POST', ROUTES.createBlob.path, { processor_id: 'user-input', schema_id: 'text-input-v2', data: { content: 'A draft.' } });
  await author.send('POST', ROUTES.createJob.path, { processor_id: 'text-expansion', blob_id: blob.body['id'] });
  const run = await worker.take();
  ids = [String(blob.body['id']), run.job.id, `${run.job.id}?run_id=${run.run_id}`, 'text-expansion', 'text-input-v1', 'none', '__proto__', 'constructor', '%00', '..%2f..', 'é', '*', '>', 'a.b', 'x'.repeat(190)];
});
afterAll(() => server.close());

const NEW = /schemas|processors|jobs|dead-letters|worker|\/ai\/|usage|events|\/file/;
/** Without the one that would wait for a job. */
const PLATFORM = Object.values(ROUTES).filter((route) => NEW.test(route.path) && route !== ROUTES.takeJob);

/** Names that the routes know, and names that mean something elsewhere. */
const NAMES = [
  'id', 'name', 'version', 'type', 'definition', 'examples', 'active', 'processor', 'input_schema_id', 'input_schema_ids', 'output_schema_id', 'event_patterns', 'workflow', 'config_schema', 'input_schema', 'priority',
  'max_concurrency', 'processor_id', 'blob_id', 'config', 'run_at', 'worker', 'wait_ms', 'done', 'total', 'message', 'partial', 'schema_id', 'data', 'tags', 'also', 'usage', 'code', 'provider', 'model', 'base_url', 'key',
  'price', 'monthly_budget', 'text', 'instruction', 'properties', 'items', 'pattern', '$ref', '$id', 'allOf', 'steps', 'operations', 'toString', '__proto__', '',
];
const VALUES = [
  'text-expansion', 'text-input-v1', 'expanded-text-v1', 'poem-v1.0.0', 'blob.created.*', 'blob.>', '1.0.0', 'object', 'string', '#', '#/definitions/a', '(a+)+$', 'http://[::]/', 'http://0x7f.1/v1', 'anthropic', 'openai-compatible', 'a\nb', '\ud800', '\u0000', '$.data.x',
  'id: w\nsteps: []', '&a [*a]', '- {id: a, type: computation, operations: [{x: "$.constructor"}]}', 0, -1, 1, 1e308, -1e308, 1.5, true, false, null, 2 ** 53,
];
const { value } = fc.letrec<{ value: unknown }>((tie) => ({
  value: fc.oneof(
    { maxDepth: 5, withCrossShrink: true },
    fc.constantFrom<unknown>(...VALUES),
    fc.array(tie('value'), { maxLength: 4 }),
    fc.array(fc.tuple(fc.constantFrom(...NAMES), tie('value')), { maxLength: 8 }).map((entries) => Object.fromEntries(entries) as unknown),
  ),
}));
/** What a route takes, for one place of it to be changed. */
const SOUND: Partial<Record<string, object>> = {
  [ROUTES.registerSchema.path]: { name: 'poem', version: '1.0.0', type: 'output', definition: { type: 'object', properties: { lines: { type: 'array', items: { type: 'string', pattern: '^a' } } } }, examples: [{ lines: ['a'] }] },
  [ROUTES.registerProcessor.path]: {
    id: 'poet', name: 'Poet', input_schema_id: 'note-v1', output_schema_id: 'verse-v1', event_patterns: ['blob.created.note-v1'], priority: 1, max_concurrency: 2, config_schema: { type: 'object' }, output_schema: { type: 'object' },
    workflow: { id: 'w', steps: [{ id: 'a', type: 'computation', operations: [{ words: 'len($.data.content)' }] }, { id: 'b', type: 'state-update', operation: 'create-blob', schema_id: 'verse-v1', data_map: { n: '$.words' } }] },
  },
  [ROUTES.setInstance.path]: { active: true, run_at: 'cloud', config: { style: 'formal' } },
  [ROUTES.createJob.path]: { processor_id: 'text-expansion', blob_id: 'a', config: { style: 'formal', only_passages: [0] } },
  [ROUTES.setAiAccount.path]: { provider: 'openai-compatible', base_url: 'http://127.0.0.1:1/v1', model: 'm', temperature: 1, price: { input: 1, output: 1 }, monthly_budget: 1, key: 'k' },
  [ROUTES.generateExpand.path]: { text: 'A line.', style: 'formal' },
  [ROUTES.generateWrite.path]: { instruction: 'Write.', text: 'A line.', seed: 1 },
  [ROUTES.analyzeStyle.path]: { text: 'A line.' },
  [ROUTES.reportProgress.path]: { done: 1, total: 2, message: 'm', partial: { passage: 0, text: 't' } },
  [ROUTES.keepAnswer.path]: { text: 't', provider: 'p', model: 'm', temperature: 1, inputTokens: 1, outputTokens: 1, finishReason: 'stop' },
  [ROUTES.completeJob.path]: {
    schema_id: 'expanded-text-v1', data: { original: 'A draft.' }, tags: ['a'],
    also: [{ parent_id: 'a', parent_version: 1, config: {}, schema_id: 'note-v1', data: {} }], usage: [{ provider: 'p', model: 'm', input_tokens: 1, output_tokens: 1, cost: 1 }],
  },
  [ROUTES.failJob.path]: { code: 'network', message: 'm', errors: [{ path: '/', message: 'm' }], retry_after_ms: 0, usage: [] },
};
function change(target: unknown, turns: readonly number[], to: unknown): unknown {
  const [turn, ...rest] = turns;
  if (turn === undefined || typeof target !== 'object' || target === null) return to;
  const keys = Object.keys(target);
  const key = keys[turn % (keys.length + 1)] ?? NAMES[turn % NAMES.length]!;
  const inner: unknown = (target as Record<string, unknown>)[key];
  if (Array.isArray(target)) return target.map((item: unknown, at) => (at === Number(key) ? change(item, rest, to) : item));
  return { ...target, [key]: change(inner, rest, to) };
}
const body = fc.oneof({ weight: 8, arbitrary: value.map((made) => JSON.stringify(made)) }, { weight: 1, arbitrary: fc.string() }, { weight: 1, arbitrary: value.map((made) => JSON.stringify(made).slice(0, -1)) });
const query = fc.constantFrom('', '', 'limit=1', 'limit=-1', 'state=dead', 'state=x', 'processor_id=a&processor_id=b', 'id=poem-v1', 'id=a&id=b', 'name=%00', 'run_id=', 'run_id=a&run_id=b', 'blob_id=%27%20OR%201', '%', '__proto__=1');

it('none of them fails the server', async () => {
  const tries = fc.record({ route: fc.constantFrom(...PLATFORM), as: fc.constantFrom('user' as const, 'administrator' as const, 'worker' as const), id: fc.nat(100), body, query, turns: fc.option(fc.array(fc.nat(100), { minLength: 1, maxLength: 6 })), to: value, type: fc.constantFrom('application/json', 'application/json', 'application/json', 'application/yaml', 'text/plain') });
  await fc.assert(
    fc.asyncProperty(tries, async ({ route, as, id, body: made, query: more, turns, to, type }) => {
      const sound = SOUND[route.path];
      const text = sound && turns ? JSON.stringify(change(sound, turns, to)) : made;
      const [name = '', run = ''] = ids[id % ids.length]!.split('?');
      const path = route.path.replace(/:id\b/, name).replace(/:\w+/, ids[(id * 7) % ids.length]!.split('?')[0]!);
      const address = `${path}?${[run, more].filter((part) => part !== '').join('&')}`;
      const hasBody = route.method === 'POST' || route.method === 'PUT';
      const reply = await callers[as](route.method, address, hasBody ? text : undefined, hasBody ? { 'content-type': type } : {});
      // Of a provider that is not there the status is 500 and more, too.
      const isForeseen = reply.status < 500 || /^(unavailable|provider_.*)$/.test(String(reply.body['code']));
      expect(isForeseen, `${as} ${route.method} ${address} ${text}: ${reply.status} ${reply.text}`).toBe(true);
    }),
    { numRuns: 800 },
  );
  expect((await callers.user('GET', ROUTES.readState.path)).status).toBe(200);
});
