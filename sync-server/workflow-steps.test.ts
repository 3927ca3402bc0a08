/** The steps of a workflow that an administrator registered, as the server runs them: told, bounded in time, and stopped. */
import { afterAll, beforeAll, expect, it } from 'vitest';
import { MODEL, startScriptedOpenAiServer, type ScriptedServer } from '#processors/ai-service/test-support/scripted-openai-server.ts';
import { startTestServer, type Caller, type TestServer } from './test-support/test-server.ts';
import { listen } from './test-support/test-socket.ts';

const WORKFLOW = `
id: wf-poet
steps:
  - {id: look, type: schema-validation, schema_id: text-input-v2}
  - {id: write, name: Writing verses, type: api-call, service: ai-service, endpoint: /generate/expand, timeout_ms: 5000, input_map: {original: $.data.content}, output_map: {expanded: $.verses}}
  - {id: out, type: state-update, operation: create-blob, schema_id: note-v1, data_map: {content: $.verses}}
`;

let model: ScriptedServer;
let server: TestServer;
let author: Caller;

beforeAll(async () => {
  model = await startScriptedOpenAiServer();
  server = await startTestServer({ ai: { provider: 'openai-compatible', baseUrl: model.url, model: MODEL } });
  author = await server.signUp();
  await (await server.signUpAdministrator()).send('POST', '/api/v1/processors', {
    id: 'poet', name: 'Poet', description: 'Verses.', input_schema_id: 'text-input-v2', output_schema_id: 'note-v1', event_patterns: [], priority: 0, max_concurrency: 1, workflow: WORKFLOW,
  });
});
afterAll(async () => {
  await server.close();
  await model.close();
});

it('a step says what it does, fails by its name when it shows nothing for its time, and ends with its provider when it is stopped', async () => {
  const socket = await listen(server, author.session.access_token, { patterns: ['processor.*'] });
  const { body: draft } = await author.send('POST', '/api/v1/blobs', { processor_id: 'user-input', schema_id: 'text-input-v2', data: { content: 'The ship sailed into the storm.' } });
  model.script({ kind: 'stall', text: 'A ship' }, { kind: 'stall', text: 'A ship' });
  const { id } = (await author.send('POST', '/api/v1/jobs', { processor_id: 'poet', blob_id: draft['id'] })).body;
  const job = async () => (await author.send('GET', `/api/v1/jobs/${String(id)}`)).body;
  await expect.poll(async () => ((await job())['failures'] as object[])[0]).toMatchObject({ code: 'processor_timeout', message: expect.stringContaining('“write”') as string });
  await expect.poll(() => socket.received.map(({ data }) => data)).toContainEqual(expect.objectContaining({ job_id: id, message: 'Writing verses', done: 1, total: 3 }));

  await model.received(2);
  await author.send('POST', `/api/v1/jobs/${String(id)}/cancel`);
  await model.requests[1]!.closed;
  expect(await job()).toMatchObject({ state: 'cancelled', attempts: 2 });
  await socket.close();
});
