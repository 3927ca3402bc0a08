import { once } from 'node:events';
import { get, type IncomingMessage } from 'node:http';
import { afterEach, expect, it } from 'vitest';
import { startTestServer, type TestServer } from '../test-support/test-server.ts';

let server: TestServer;
afterEach(() => server.close());

const ask = (headers = {}) => server.anonymous.send('GET', '/metrics', undefined, headers);

it('tells the machine itself of jobs, the outbox, sockets and refusals, and names no one', async () => {
  server = await startTestServer();
  const author = await server.signUp('someone@example.org');
  await author.send('POST', '/api/v1/blobs', { processor_id: 'user-input', schema_id: 'text-input-v1', data: { content: 'The ship sailed into the storm.' } });
  await server.anonymous.send('GET', '/api/v1/jobs');
  await expect.poll(async () => (await ask()).text).toContain('recto_jobs_ended_total{processor="text-expansion",state="done"} 1');
  const { status, headers, text } = await ask();
  expect([status, headers.get('content-type')]).toEqual([200, expect.stringContaining('text/plain')]);
  for (const line of ['recto_sockets 0', 'recto_refusals_total{from="api",code="unauthenticated"} 1', 'recto_oldest_due_job_seconds 0']) expect(text.split('\n')).toContain(line);
  expect(text).toMatch(/^recto_outbox_events \d+$/m);
  expect(text).toMatch(/^recto_job_run_seconds_count\{processor="text-expansion",state="done"\} 1$/m);
  expect(text).not.toContain(author.session.user_id);
  expect(text).not.toContain('someone');
});

it('is refused where a proxy asks for somebody', async () => {
  server = await startTestServer();
  for (const name of ['x-forwarded-for', 'x-forwarded-host', 'x-real-ip', 'forwarded', 'via']) expect((await ask({ [name]: '198.51.100.7' })).status, name).toBe(403);
  // A page in this machine's browser, by a name of its own that leads here.
  const under = async (host: string): Promise<unknown> => {
    const [reply] = (await once(get(`${server.url}/metrics`, { headers: { host } }), 'response')) as [IncomingMessage];
    reply.resume();
    return reply.statusCode;
  };
  expect(await under('rebound.example')).toBe(403);
  for (const host of ['localhost:8787', '127.0.0.1', '[::1]:1']) expect(await under(host), host).toBe(200);
});

it('takes the token that is set, and then nothing else', async () => {
  server = await startTestServer({ metricsToken: 'a token of the watcher' });
  expect((await ask({ authorization: 'Bearer a token of the watcher' })).status).toBe(200);
  expect((await ask({ authorization: 'Bearer another' })).status).toBe(403);
  expect((await ask()).status).toBe(403);
});
