import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import SqliteFile from 'better-sqlite3';
import { ROUTES } from '#schemas/http.ts';
import type { AuthSession, Device } from '#schemas/generated/types.ts';
import { openDatabase } from '#sync-server/db/database.ts';
import { createServiceTokens } from '#sync-server/processor-service/service-tokens.ts';
import { startChildServer } from '#sync-server/test-support/child-server.ts';
import { createCaller, createStranger, type Caller } from '#sync-server/test-support/test-server.ts';
import { listen, type TestSocket } from '#sync-server/test-support/test-socket.ts';
import { expectNothing } from '../server-kill/check-database.ts';

/** In all that the author has, and in nothing that anybody else sends. */
export const SECRET = 'Ozymandias';

type Role = 'stranger' | 'administrator' | 'worker' | 'nobody';

export interface World {
  readonly url: string;
  readonly callers: Readonly<Record<Role, Caller>>;
  /** Of blobs, jobs and devices: the author's, and the stranger's own. */
  readonly ids: readonly string[];
  readonly author: { userId: string; deviceId: string };
  /** @throws Error when the author's things are not as they were, when anything of theirs was heard, or the server is not well; ends it */
  end(): Promise<void>;
  remove(): Promise<void>;
}

/** A server that is a process of its own, with an author who has something everywhere, and others who will send nonsense. */
export async function startWorld(): Promise<World> {
  const dataDir = mkdtempSync(join(tmpdir(), 'recto-fuzz-'));
  const env = { RECTO_DATA_DIR: dataDir, RECTO_WORKERS: 'text-expansion,book-compiler', RECTO_RATE_LIMIT: '100000000', RECTO_AI_ALLOW_PRIVATE: 'false' };
  const child = await startChildServer(env);
  const url = (): string => child.url;
  const nobody = createStranger(url);
  const signUp = async (email: string): Promise<Caller> => {
    const reply = await nobody.send('POST', ROUTES.register.path, { email, password: `the ${SECRET} of ${email}`, device_name: email.startsWith('author') ? SECRET : 'A device' });
    if (reply.status !== 201) throw new Error(`sign-up: ${reply.text}`);
    return createCaller(url, reply.body as unknown as AuthSession);
  };
  const [author, stranger, administrator] = [await signUp('author@example.org'), await signUp('stranger@example.org'), await signUp('administrator@example.org')];
  const worker = createCaller(url, { ...author.session, access_token: await grant(dataDir, administrator) });
  const sockets = { author: await listen(child, author.session.access_token, { patterns: ['>', '*', 'blob.*', 'processor.*'], sync: true }), stranger: await listen(child, stranger.session.access_token, { patterns: ['>', '*', 'blob.*', 'processor.*'], sync: true }) };
  const theirs = await writeEverywhere(author, sockets.author);
  const heard = sockets.author.received.length;
  const before = await readEverything(author, theirs);
  return {
    url: child.url,
    callers: { stranger, administrator, worker, nobody },
    ids: [...Object.values(theirs), ...(await makeOwn(stranger))],
    author: { userId: author.session.user_id, deviceId: theirs.device },
    end: async () => {
      const after = await readEverything(author, theirs);
      if (after !== before) throw new Error(`The author’s things are not as they were.\n${before}\n${after}`);
      expectNothing('what the author heard of others', sockets.author.received.slice(heard));
      if (JSON.stringify(sockets.stranger.received).includes(SECRET)) throw new Error('The stranger’s socket carried the author’s words.');
      for (const socket of Object.values(sockets)) await socket.close();
      await expectPulled(stranger);
      const { code, stdout, stderr } = await child.kill('SIGTERM');
      expectNothing('failures that the server logged', `${stdout}\n${stderr}`.split('\n').filter((line) => /"level":[56]0|rror:/.test(line)));
      if (code !== 0) throw new Error(`The server ended with ${code}: ${stderr}`);
      checkFile(dataDir);
    },
    remove: async () => {
      await child.kill('SIGKILL');
      rmSync(dataDir, { recursive: true, force: true });
    },
  };
}

/** Makes one an administrator, and a worker's token, as `user add --admin` and `token add` do beside a running server. */
async function grant(dataDir: string, administrator: Caller): Promise<string> {
  const database = openDatabase(join(dataDir, 'recto.db'));
  try {
    await database.query.updateTable('users').set({ admin: 1 }).where('id', '=', administrator.session.user_id).execute();
    return (await createServiceTokens(database, Date.now).add('pitch-builder')).token;
  } finally {
    await database.close();
  }
}

interface Theirs extends Record<string, string> {
  draft: string;
  compiled: string;
  job: string;
  dead: string;
  device: string;
}

/** The author's: a draft with a history, its expansion, a book with a compiled file, a job, a dead letter, a provider with a key, a configuration. */
async function writeEverywhere(author: Caller, socket: TestSocket): Promise<Theirs> {
  const make = async (schema_id: string, data: object): Promise<string> =>
    String((await author.send('POST', ROUTES.createBlob.path, { processor_id: 'user-input', schema_id, tags: [SECRET], conversation_id: SECRET, data })).body['id']);
  const draft = await make('text-input-v1', { content: `${SECRET} walked into the storm.` });
  await socket.next('blob.derived');
  await author.send('PUT', ROUTES.replaceBlob.path.replace(':id', draft), { version: 1, schema_id: 'text-input-v2', data: { content: `${SECRET} came back.` } });
  const book = await make('book-v1', { title: SECRET, author: SECRET, chapters: [{ id: 'c', title: SECRET, draft_blob_id: draft, edition: 'draft' }] });
  const failing = await author.send('POST', ROUTES.createJob.path, { processor_id: 'text-expansion', blob_id: book });
  await socket.next('processor.failed');
  const compiling = await author.send('POST', ROUTES.createJob.path, { processor_id: 'book-compiler', blob_id: book, config: { format: 'html' } });
  await socket.next('blob.derived');
  const job = String(compiling.body['id']);
  const compiled = String((await author.send('GET', ROUTES.readJob.path.replace(':id', job))).body['output_id']);
  await author.send('PUT', ROUTES.setAiAccount.path, { provider: 'anthropic', model: SECRET, key: SECRET });
  await author.send('PUT', ROUTES.setInstance.path.replace(':id', 'text-expansion'), { config: { instruction: SECRET } });
  const [device] = (await author.send('GET', ROUTES.listDevices.path)).body['devices'] as Device[];
  return { draft, book, compiled, job, dead: String(failing.body['id']), device: device!.id };
}

async function makeOwn(stranger: Caller): Promise<string[]> {
  const ids: string[] = [];
  for (const schema_id of ['note-v1', 'text-input-v2', 'text-input-v1']) {
    const made = await stranger.send('POST', ROUTES.createBlob.path, { processor_id: 'user-input', schema_id, data: { content: 'A storm came up.' } });
    ids.push(String(made.body['id']));
  }
  return ids;
}

async function readEverything(author: Caller, { draft, compiled, job }: Theirs): Promise<string> {
  const lists = [ROUTES.pull, ROUTES.listDevices, ROUTES.listJobs, ROUTES.listDeadLetters, ROUTES.readAiAccount, ROUTES.readUsage].map(({ path }) => path);
  const own = [[ROUTES.readHistory, draft], [ROUTES.readBlobFile, compiled], [ROUTES.readJob, job], [ROUTES.listInstances, 'text-expansion']] as const;
  const paths = [...lists, ...own.map(([route, id]) => route.path.replace(':id', id))];
  const replies = await Promise.all(paths.map((path) => author.send('GET', path)));
  const refused = replies.find(({ status }) => status !== 200);
  if (refused) throw new Error(`The author can’t read what is theirs: ${refused.text}`);
  return replies.map(({ text }) => text).join('\n');
}

/** Whatever was pushed, a device can pull what came of it. */
async function expectPulled(stranger: Caller): Promise<void> {
  for (let query = ''; ; ) {
    const page = await stranger.send('GET', `${ROUTES.pull.path}?limit=500${query}`);
    const { documents, checkpoint } = page.body as { documents?: { user_id: string }[]; checkpoint?: { epoch: string; seq: number } | null };
    if (page.status !== 200 || !documents) throw new Error(`The stranger can’t pull: ${page.text.slice(0, 500)}`);
    if (page.text.includes(SECRET)) throw new Error('The stranger pulled the author’s words.');
    expectNothing('what is not the stranger’s', documents.filter(({ user_id }) => user_id !== stranger.session.user_id));
    if (documents.length === 0 || !checkpoint) return;
    query = `&epoch=${checkpoint.epoch}&seq=${checkpoint.seq}`;
  }
}

function checkFile(dataDir: string): void {
  const file = new SqliteFile(join(dataDir, 'recto.db'), { readonly: true });
  try {
    expectNothing('integrity_check', (file.pragma('integrity_check') as { integrity_check: string }[]).filter((row) => row.integrity_check !== 'ok'));
  } finally {
    file.close();
  }
}
