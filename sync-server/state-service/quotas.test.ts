import { join } from 'node:path';
import { afterAll, beforeAll, expect, it } from 'vitest';
import { ROUTES } from '#schemas/http.ts';
import { quotaCommand } from '../accounts/quota-command.ts';
import { startTestServer, type TestServer } from '../test-support/test-server.ts';

const AT = '2026-01-01T00:00:00.000Z';
const makeBlob = (id: string, words: number, rest: object = {}) => ({
  id, user_id: 'local', processor_id: 'user-input', schema_id: 'text-input-v2', data: { content: 'words '.repeat(words) }, tags: [], version: 1, created_at: AT, updated_at: AT, deleted: false, ...rest,
});

let server: TestServer;
beforeAll(async () => {
  server = await startTestServer({ quotaBytes: 1024 * 1024, workers: 'none' });
});
afterAll(() => server.close());

it('an account that is full takes of a push what makes room, refuses row by row what does not fit, and takes it then', async () => {
  const author = await server.signUp();
  const push = async (...rows: [next: object, assumed: object | null][]): Promise<unknown> => {
    const { status, body } = await author.send('POST', ROUTES.push.path, rows.map(([next, assumed]) => ({ new_document_state: next, assumed_master_state: assumed })));
    expect(status).toBe(200);
    return (body['results'] as { status: string; error?: { code: string } }[]).map((row) => row.error?.code ?? row.status);
  };
  const first = makeBlob('first', 100_000);
  const second = makeBlob('second', 100_000);
  expect(await push([first, null], [second, null])).toEqual(['stored', 'quota_exceeded']);
  expect(await author.send('POST', ROUTES.createBlob.path, { processor_id: 'user-input', schema_id: 'text-input-v2', data: { content: 'words '.repeat(100_000) } })).toMatchObject({ status: 507, body: { code: 'quota_exceeded' } });
  expect(await push([second, null], [makeBlob('first', 100_000, { deleted: true, version: 2 }), first], [second, null])).toEqual(['quota_exceeded', 'stored', 'stored']);
  const { body } = await author.send('GET', ROUTES.pull.path);
  expect((body['documents'] as { id: string; deleted: boolean }[]).map(({ id, deleted }) => [id, deleted])).toEqual([['first', true], ['second', false]]);
});

it('an account of which its operator says so has a room of its own, beside a running server, until that is taken back', async () => {
  const author = await server.signUp('roomy@example.org');
  const settings = { databaseFile: join(server.dataDir, 'recto.db') };
  const write = async (): Promise<number> => (await author.send('POST', ROUTES.createBlob.path, { processor_id: 'user-input', schema_id: 'text-input-v2', data: { content: 'words '.repeat(120_000) } })).status;
  expect([await write(), await write()]).toEqual([201, 507]);
  await quotaCommand(settings, ['Roomy@example.org', '2'], 'Usage');
  expect([await write(), await write()]).toEqual([201, 507]);
  await quotaCommand(settings, ['roomy@example.org', 'default'], 'Usage');
  expect(await write()).toBe(507);
  await expect(quotaCommand(settings, ['nobody@example.org', '2'], 'Usage')).rejects.toMatchObject({ code: 'not_found' });
  await expect(quotaCommand(settings, ['roomy@example.org', '-1'], 'Usage')).rejects.toMatchObject({ code: 'configuration', message: 'Usage' });
});
