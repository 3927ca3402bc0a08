/** The seed's event flow, with its own request bodies, by plain HTTP and WebSocket. */
import { readFileSync } from 'node:fs';
import { Ajv } from 'ajv';
import { afterAll, beforeAll, expect, it } from 'vitest';
import { findDataErrors } from '#schemas/blob.ts';
import { listen } from './test-support/test-socket.ts';
import { startTestServer, type Caller, type TestServer } from './test-support/test-server.ts';

const SEED_SCHEMAS = JSON.parse(readFileSync(new URL('../processors/text-expansion/fixtures/seed-schemas.json', import.meta.url), 'utf8')) as { output: object };

const DRAFT = {
  processor_id: 'user-input',
  schema_id: 'text-input-v1',
  data: { content: 'The ship sailed into the storm.', metadata: { type: 'chapter', book_id: 'my-novel' } },
};

let server: TestServer;
let author: Caller;

beforeAll(async () => {
  server = await startTestServer();
  author = await server.signUp();
});
afterAll(() => server.close());

it('expands a posted draft: pending, completed, derived_ids, blob.created, blob.derived with a preview', async () => {
  const socket = await listen(server, author.session.access_token, { patterns: ['blob.*', 'processor.*'] });
  const posted = await author.send('POST', '/api/v1/blobs', DRAFT);
  expect(posted.status).toBe(201);
  expect(posted.body).toMatchObject({ ...DRAFT, user_id: author.session.user_id, version: 1, tags: [], deleted: false, derived_ids: [], processing_state: 'pending' });
  const id = String(posted.body['id']);

  const created = await socket.next('blob.created');
  expect(created.data).toEqual({ blob_id: id, user_id: author.session.user_id, schema_id: 'text-input-v1', processor_id: 'user-input', version: 1 });
  const derived = await socket.next('blob.derived');
  expect(derived.data).toEqual({ parent_id: id, derived_id: expect.any(String), processor_id: 'text-expansion', preview: expect.any(String) });
  const expansion = await author.send('GET', `/api/v1/blobs/${derived.data.derived_id}`);
  expect(expansion.body).toMatchObject({ processor_id: 'text-expansion', schema_id: 'expanded-text-v1', parent_id: id });
  expect(findDataErrors('expanded-text-v1', expansion.body['data'])).toEqual([]);
  const isSeedOutput = new Ajv().compile(SEED_SCHEMAS.output);
  expect(isSeedOutput(expansion.body['data']), JSON.stringify(isSeedOutput.errors)).toBe(true);
  const text = (expansion.body['data'] as { expanded: string }).expanded.replace(/\s+/g, ' ');
  expect(text.startsWith(derived.data.preview!.replace(/\.\.\.$/, '')), derived.data.preview).toBe(true);
  expect((await socket.next('blob.created')).data).toMatchObject({ blob_id: derived.data.derived_id, schema_id: 'expanded-text-v1' });

  const draft = await author.send('GET', `/api/v1/blobs/${id}`);
  expect(draft.body).toMatchObject({ derived_ids: [derived.data.derived_id], processing_state: 'completed' });
  await socket.close();
});

it('takes a derived blob from a worker elsewhere, as in the seed’s second step', async () => {
  const socket = await listen(server, author.session.access_token, { patterns: ['blob.derived'] });
  const note = await author.send('POST', '/api/v1/blobs', { processor_id: 'user-input', schema_id: 'text-input-v2', data: { content: 'The ship.' } });
  const parent = String(note.body['id']);
  const derived = await author.send('POST', '/api/v1/blobs', {
    processor_id: 'text-expansion',
    schema_id: 'expanded-text-v1',
    parent_id: parent,
    data: {
      original: 'The ship sailed into the storm.',
      expanded: 'The mighty vessel, its weathered hull creaking...',
      expansion_ratio: 3.5,
      metadata: { model: 'gpt-4', temperature: 0.7 },
    },
  });
  expect(derived.status).toBe(201);
  expect((await socket.next('blob.derived')).data).toEqual({
    parent_id: parent, derived_id: derived.body['id'], processor_id: 'text-expansion', preview: 'The mighty vessel, its weathered hull creaking...',
  });
  expect((await author.send('GET', `/api/v1/blobs/${parent}`)).body['derived_ids']).toEqual([derived.body['id']]);
  await socket.close();
});

it('runs a processor on request, and answers the job', async () => {
  const socket = await listen(server, author.session.access_token, { patterns: ['blob.derived'] });
  const draft = await author.send('POST', '/api/v1/blobs', { processor_id: 'user-input', schema_id: 'text-input-v2', data: { content: 'A door opened in the night.' } });
  expect(draft.body['processing_state']).toBe('completed');
  const job = await author.send('POST', '/api/v1/jobs', { processor_id: 'text-expansion', blob_id: draft.body['id'], config: { style: 'formal' } });
  expect(job.status).toBe(202);
  expect((await socket.next('blob.derived')).data.parent_id).toBe(draft.body['id']);
  expect((await author.send('GET', `/api/v1/jobs/${String(job.body['id'])}`)).body).toMatchObject({ state: 'done', blob_id: draft.body['id'] });
  await socket.close();
});

it('tells of a job that can’t be done, keeps it as a dead letter, and takes it up again or drops it', async () => {
  const socket = await listen(server, author.session.access_token, { patterns: ['processor.*'] });
  const note = await author.send('POST', '/api/v1/blobs', { processor_id: 'user-input', schema_id: 'note-v1', data: { content: 'No draft.' } });
  const job = await author.send('POST', '/api/v1/jobs', { processor_id: 'text-expansion', blob_id: note.body['id'] });
  const failed = await socket.next('processor.failed');
  expect(failed.data).toMatchObject({ job_id: job.body['id'], blob_id: note.body['id'], code: 'input_invalid' });
  const ids = async () => ((await author.send('GET', '/api/v1/dead-letters')).body['dead_letters'] as { id: string }[]).map(({ id }) => id);
  expect(await ids()).toEqual([job.body['id']]);
  expect((await author.send('GET', `/api/v1/blobs/${String(note.body['id'])}`)).body['processing_state']).toBe('failed');

  expect((await author.send('POST', `/api/v1/dead-letters/${failed.data.job_id}/replay`)).status).toBe(202);
  expect((await socket.next('processor.failed')).data.job_id).toBe(failed.data.job_id);
  expect((await author.send('DELETE', `/api/v1/dead-letters/${failed.data.job_id}`)).status).toBe(204);
  expect(await ids()).toEqual([]);
  await socket.close();
});
