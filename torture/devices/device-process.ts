/** One device of an author, as a process that can be killed: the whole app, on a storage in memory with its real file on the disk. */
import { existsSync, readFileSync, renameSync, writeFileSync } from 'node:fs';
import { hostname } from 'node:os';
import { join } from 'node:path';
import { filter, firstValueFrom, map } from 'rxjs';
import { coreOf } from '#app/app-core.ts';
import { createApp } from '#app/create-app.ts';
import { hashText } from '#app/domain/merge-prose.ts';
import { canonicalJson } from '#app/domain/merge-values.ts';
import type { SecretStore } from '#app/ports.ts';
import type { RectoApp } from '#app/recto-app.ts';
import { toBlob } from '#app/store/blob-store.ts';
import { createHttpStudio } from '#app/sync/http-studio.ts';
import { scanRows } from '#app/sync/meta-storage.ts';
import { openFileMirror, type FileMirror } from '#app/test-support/file-mirror.ts';
import { createTestPlatform, STORAGES } from '#app/test-support/test-platform.ts';
import { signIn } from '#app/use-cases/sign-in.ts';
import { signUp } from '#app/use-cases/sign-up.ts';
import type { Blob } from '#schemas/blob.ts';
import { createAuthor, type Author } from './author.ts';
import type { Answer, Call, DeviceCommands, OpenOptions } from './commands.ts';
import { startTimeLapse } from './time-lapse.ts';

// RxDB advertises there, and a device's failures are told in its answers.
console.warn = () => undefined;
const clock = startTimeLapse(Number(process.argv[2]));
/** Of the device's time. */
const SILENT_AFTER_MS = 50_000;
const pause = (ms: number): Promise<void> => new Promise((resolve) => setTimeout(resolve, ms));

interface Open {
  app: RectoApp;
  author: Author;
  mirror: FileMirror;
  /** Each write of a blob since the start, and whose it was. */
  writes: { id: string; what: string }[];
  setOnline(online: boolean): void;
}

let open: Open | null = null;

function current(): Open {
  if (!open) throw new Error('This device is not open.');
  return open;
}

async function openDevice({ folder, how, storage, offsetMs, online, ...credentials }: OpenOptions): Promise<Open> {
  clock.setOffset(offsetMs);
  const network = { online, listeners: new Set<() => void>() };
  const mirror = openFileMirror(join(folder, 'library.recto'));
  const platform = createTestPlatform({
    storage: STORAGES[storage](),
    manyWindows: false,
    mirror,
    studio: createHttpStudio({ network: { fetch, WebSocket }, secrets: createFileSecrets(join(folder, 'secrets.json')), deviceName: hostname(), clock: { now: () => Date.now() } }),
    network: {
      isOnline: () => network.online,
      onChange: (listener) => {
        network.listeners.add(listener);
        return () => void network.listeners.delete(listener);
      },
    },
  });
  const app = await createApp(platform);
  if (how !== 'go-on') await (how === 'sign-up' ? signUp : signIn)(app, credentials);
  const { database } = await coreOf(app).library();
  const writes: Open['writes'] = [];
  database.blobs.storageInstance.changeStream().subscribe(({ context, events }) => {
    for (const { documentData: row } of events) writes.push({ id: row.id, what: `version ${row.version}${row._deleted ? ', deleted' : ''}, ${row.updated_at}, written at ${row._meta.lwt}: ${context} ${JSON.stringify(row.data['content'] ?? row.data)}` });
  });
  return {
    app,
    author: createAuthor(app),
    mirror,
    writes,
    setOnline: (isOnline) => {
      network.online = isOnline;
      for (const listener of network.listeners) listener();
    },
  };
}

/** Keeps what is set through a kill, as a keychain does. */
function createFileSecrets(file: string): SecretStore {
  const read = (): Record<string, string> => (existsSync(file) ? (JSON.parse(readFileSync(file, 'utf8')) as Record<string, string>) : {});
  const write = (all: Record<string, string>): void => {
    writeFileSync(`${file}.new`, JSON.stringify(all));
    renameSync(`${file}.new`, file);
  };
  return {
    persistent: true,
    get: async (name) => read()[name] ?? null,
    set: async (name, value) => write({ ...read(), [name]: value }),
    delete: async (name) => write(Object.fromEntries(Object.entries(read()).filter(([key]) => key !== name))),
  };
}

/** Of a device that does not answer: which of its parts it waits for. */
function whetherAnswers(name: string, work: Promise<unknown>): Promise<string> {
  const answer = work.then(() => 'answers', (thrown: unknown) => `throws ${String(thrown)}`);
  return Promise.race([answer, pause(SILENT_AFTER_MS).then(() => 'DOES NOT ANSWER')]).then((how) => `${name} ${how}`);
}

async function* readAll(): AsyncGenerator<Blob> {
  const { database } = await coreOf(current().app).library();
  for await (const rows of scanRows(database.blobs.storageInstance, undefined)) for (const row of rows) yield toBlob(row);
}

const commands: DeviceCommands = {
  open: async (options) => {
    open = await openDevice(options);
  },
  setClock: async ({ offsetMs }) => clock.setOffset(offsetMs),
  setOnline: async ({ online }) => current().setOnline(online),
  act: (act) => current().author.act(act),
  save: () => current().author.save(),
  settle: async ({ waitMs }) => {
    const { app } = current();
    const sync = coreOf(app).sync();
    const signedOut = firstValueFrom(app.syncStatus$.pipe(filter(({ state }) => state === 'signed-out'), map(() => undefined)));
    await Promise.race([sync?.inSync(), signedOut]);
    if (waitMs > 0) await pause(waitMs).then(() => Promise.race([sync?.inSync(), signedOut]));
    const { state, pending, setAside } = await firstValueFrom(app.syncStatus$);
    return { state, pending, setAside: setAside.map(({ blobId, error }) => `${blobId}: ${error.message}`) };
  },
  signIn: async (credentials) => void (await signIn(current().app, credentials)),
  explain: async ({ ids }) => {
    const { app, writes } = current();
    const status = [await firstValueFrom(app.syncStatus$), await firstValueFrom(app.saveStatus$)].map((one) => JSON.stringify(one)).join(' ');
    const { drafts, stats } = await coreOf(app).library();
    const waits = await Promise.all([
      whetherAnswers('saving the drafts', drafts.flush()), whetherAnswers('saving it all', app.flush()), whetherAnswers('the stats', stats.caughtUp()),
    ]);
    return [status, waits.join(', '), ...writes.filter(({ id }) => ids.includes(id)).map(({ id, what }) => `${id}: ${what}`)].join('\n');
  },
  digest: async () => {
    const hashes: Record<string, string> = {};
    for await (const { user_id: _owner, ...blob } of readAll()) hashes[String(blob['id'])] = hashText(canonicalJson(blob));
    return { hashes };
  },
  show: async ({ ids }) => {
    const shown: Record<string, string> = {};
    for await (const { user_id: _owner, ...blob } of readAll()) if (ids.includes(String(blob['id']))) shown[String(blob['id'])] = canonicalJson(blob);
    return shown;
  },
  close: async () => {
    const { app, mirror } = current();
    open = null;
    await app.close();
    mirror.file.close();
  },
};

process.on('message', ({ id, name, options }: Call) => {
  const tell = (answer: Answer): void => void process.send?.(answer);
  (commands[name] as (options: unknown) => Promise<unknown>)(options).then(
    (value) => tell({ id, value }),
    (thrown: unknown) => tell({ id, error: thrown instanceof Error ? (thrown.stack ?? thrown.message) : String(thrown) }),
  );
});
// Whoever started it is gone.
process.on('disconnect', () => process.exit());
