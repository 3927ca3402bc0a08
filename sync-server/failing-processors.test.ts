/** A processor that fails in whatever way fails its own job; the server and the jobs beside it go on. Real processes, real HTTP. */
import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import SqliteFile from 'better-sqlite3';
import { afterAll, beforeAll, expect, it } from 'vitest';
import type { AuthSession } from '#schemas/generated/types.ts';
import { createSkippableClock } from './test-support/skippable-clock.ts';
import { createCaller, startTestServer, type Caller, type TestServer } from './test-support/test-server.ts';
import { ECHO, TRIAL } from './test-support/trial-processors.ts';

interface JobBody {
  id: string;
  state: string;
  attempts: number;
  error?: { code: string };
  failures: { attempt: number; code: string }[];
}

const clock = createSkippableClock();
const parts = { clock, processors: [TRIAL, ECHO], processScript: new URL('./test-support/trial-process.ts', import.meta.url) };
let server: TestServer;
let author: Caller;

beforeAll(async () => {
  server = await startTestServer({}, { ...parts, processors: [TRIAL] });
  author = await server.signUp();
});
afterAll(() => server.close());

async function write(content: string, caller = author): Promise<string> {
  const made = await caller.send('POST', '/api/v1/blobs', { processor_id: 'user-input', schema_id: 'text-input-v1', data: { content: content.padEnd(10) } });
  expect(made.status, made.text).toBe(201);
  return String(made.body['id']);
}

async function jobOf(blobId: string, caller = author): Promise<JobBody | undefined> {
  const [job] = (await caller.send('GET', `/api/v1/jobs?blob_id=${blobId}`)).body['jobs'] as JobBody[];
  return job && ((await caller.send('GET', `/api/v1/jobs/${job.id}`)).body as unknown as JobBody);
}

/** What failed is tried again as soon as it may be. */
async function untilEnded(blobId: string): Promise<JobBody> {
  let job: JobBody | undefined;
  await expect.poll(async () => {
    job = await jobOf(blobId);
    if (job?.state === 'queued' && job.attempts > 0) clock.skip(20_000);
    return job?.state;
  }, { interval: 30 }).toMatch(/^(?:done|dead|cancelled)$/);
  return job!;
}

it('a poison draft is a dead letter after its attempts, while its neighbours go on; replayed once the processor is mended, it is done', async () => {
  const cure = join(server.dataDir, 'mended');
  const poison = await write(`poison ${cure}`);
  const neighbours = await Promise.all(Array.from({ length: 10 }, (_, index) => write(`draft ${index}`)));
  for (const id of neighbours) expect(await untilEnded(id)).toMatchObject({ state: 'done', attempts: 1, failures: [] });

  const dead = await untilEnded(poison);
  expect(dead).toMatchObject({ state: 'dead', attempts: 5, error: { code: 'processor_failed' } });
  expect(dead.failures.map(({ attempt, code }) => [attempt, code])).toEqual([1, 2, 3, 4, 5].map((attempt) => [attempt, 'processor_failed']));

  writeFileSync(cure, '');
  expect((await author.send('POST', `/api/v1/dead-letters/${dead.id}/replay`)).status).toBe(202);
  expect(await untilEnded(poison)).toMatchObject({ state: 'done', attempts: 1 });
  expect((await author.send('GET', '/api/v1/dead-letters')).body).toEqual({ dead_letters: [] });
});

it.each([
  ['throws', 'throw', 'processor_failed'],
  ['ends its process', 'exit', 'processor_crashed'],
  ['makes 200 million characters', 'huge', 'processor_output_invalid'],
])('one that %s fails its own job alone', async (_what, draft, code) => {
  const neighbour = write('draft');
  const [failed, fine] = [await untilEnded(await write(draft)), await untilEnded(await neighbour)];
  expect(failed).toMatchObject({ state: 'dead', error: { code } });
  expect(fine).toMatchObject({ state: 'done', attempts: 1 });
});

it('one that hangs is stopped when it shows no progress, and at once when it is cancelled', async () => {
  const draft = await write('hang');
  await expect.poll(async () => (await jobOf(draft))?.state).toBe('running');
  expect(await untilEnded(await write('draft'))).toMatchObject({ state: 'done', attempts: 1 });
  // Sixteen minutes in which its lease is renewed and nothing else is heard of it.
  const database = new SqliteFile(join(server.dataDir, 'recto.db'), { readonly: true });
  const failures = database.prepare('SELECT error_code FROM job_failures WHERE job_id = ?').pluck();
  const { id } = (await jobOf(draft))!;
  await expect.poll(() => (clock.skip(20_000), failures.all(id)), { interval: 20 }).not.toEqual([]);
  expect(failures.all(id)).toEqual(['processor_timeout']);
  database.close();
  // The session is as old by then.
  const session = await author.send('POST', '/api/v1/auth/refresh', { refresh_token: author.session.refresh_token });
  author = createCaller(() => server.url, session.body as unknown as AuthSession);
  clock.skip(20_000);
  await expect.poll(async () => (await jobOf(draft))?.state).toBe('running');
  expect((await author.send('POST', `/api/v1/jobs/${id}/cancel`)).body).toMatchObject({ state: 'cancelled' });
  expect(await untilEnded(await write('draft'))).toMatchObject({ state: 'done', attempts: 1 });
});

it('processors that feed each other are stopped after eight, and the operator sees where', async () => {
  const looping = await startTestServer({}, parts);
  try {
    const caller = await looping.signUp();
    await write('draft', caller);
    const dead = async () => (await caller.send('GET', '/api/v1/dead-letters')).body['dead_letters'] as (JobBody & { processor_id: string; error: { message: string } })[];
    await expect.poll(async () => (await dead()).length).toBe(1);
    const [letter] = await dead();
    expect(letter).toMatchObject({ processor_id: 'echo', attempts: 0 });
    expect(letter!.error.message).toContain('feed each other');
    const { blobs } = (await caller.send('GET', '/api/v1/blobs?schema_id=note-v1')).body as { blobs: unknown[] };
    expect(blobs).toHaveLength(9);
  } finally {
    await looping.close();
  }
});
