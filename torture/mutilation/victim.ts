import { cpSync, mkdirSync, mkdtempSync, readdirSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import SqliteFile from 'better-sqlite3';
import { ROUTES } from '#schemas/http.ts';
import { backUp, type BackupSources } from '#sync-server/backup/back-up.ts';
import { startServer } from '#sync-server/server.ts';
import { readSettings, type ServerSettings } from '#sync-server/settings.ts';

/** A server's files in the states in which damage may find them. */
export interface Victim {
  /** As a server that stopped in order leaves them. */
  stopped: string;
  /** As kill -9 leaves them, with a log of writes. */
  killed: string;
  /** A backup of them. */
  backup: string;
  remove(): void;
}

export function settingsOf(dataDir: string): ServerSettings {
  return readSettings({ RECTO_DATA_DIR: dataDir, RECTO_PORT: '0', RECTO_WORKERS: 'book-compiler', RECTO_RATE_LIMIT: '1000000' });
}

export function sourcesOf(dataDir: string): BackupSources {
  return { dataDir, databaseFile: join(dataDir, 'recto.db'), natsDir: join(dataDir, 'nats') };
}

/** Makes a server with authors who wrote, changed and deleted, and had a book compiled. */
export async function makeVictim(): Promise<Victim> {
  const folder = mkdtempSync(join(tmpdir(), 'recto-mutilation-'));
  const dataDir = join(folder, 'data');
  const killed = join(folder, 'killed');
  const stopped = join(folder, 'stopped');
  const server = await startServer(settingsOf(dataDir));
  for (const author of ['ada', 'bo']) await writeMuch(server.url, author);
  foldLogIn(join(dataDir, 'recto.db'));
  await writeMuch(server.url, 'cy');
  // The files of a moment, as a kill leaves them: nothing writes now.
  cpSync(dataDir, killed, { recursive: true });
  await server.close();
  cpSync(dataDir, stopped, { recursive: true });
  const backup = join(folder, 'backup');
  backUp(sourcesOf(stopped), backup, Date.now());
  return { stopped, killed, backup, remove: () => rmSync(folder, { recursive: true, force: true }) };
}

/** As a server does by itself when its log is long. */
function foldLogIn(file: string): void {
  const sqlite = new SqliteFile(file);
  sqlite.pragma('wal_checkpoint(TRUNCATE)');
  sqlite.close();
}

async function writeMuch(url: string, author: string): Promise<void> {
  let token = '';
  const send = async (method: string, path: string, body?: unknown): Promise<Record<string, unknown>> => {
    const reply = await fetch(url + path, {
      method,
      headers: { ...(token && { authorization: `Bearer ${token}` }), ...(body !== undefined && { 'content-type': 'application/json' }) },
      ...(body !== undefined && { body: JSON.stringify(body) }),
    });
    if (!reply.ok) throw new Error(`${method} ${path}: ${await reply.text()}`);
    return reply.status === 204 ? {} : ((await reply.json()) as Record<string, unknown>);
  };
  const session = await send('POST', ROUTES.register.path, { email: `${author}@example.org`, password: 'kelp lantern orchard' });
  token = String(session['access_token']);
  for (let chapter = 0; chapter < 12; chapter += 1) {
    const id = `${author}-${chapter}`;
    const content = (draft: number): string => `Draft ${draft} of chapter ${chapter}. ${'The keeper climbed the stairs, and nobody had come since March. '.repeat(1 + chapter * 9)}`;
    await send('POST', ROUTES.createBlob.path, { id, processor_id: 'user-input', schema_id: 'text-input-v2', conversation_id: `c${chapter}`, tags: ['draft'], data: { content: content(1) } });
    for (let version = 1; version < 1 + (chapter % 4); version += 1) await send('PUT', `/api/v1/blobs/${id}`, { version, data: { content: content(version + 1) } });
    if (chapter % 5 === 4) await send('DELETE', `/api/v1/blobs/${id}`);
  }
  const chapters = [0, 1].map((chapter) => ({ id: `c${chapter}`, title: `Chapter ${chapter}`, draft_blob_id: `${author}-${chapter}`, edition: 'draft' }));
  await send('POST', ROUTES.createBlob.path, { id: `${author}-book`, processor_id: 'user-input', schema_id: 'book-v1', data: { title: 'The Lighthouse', author, chapters } });
  await send('POST', ROUTES.createJob.path, { processor_id: 'book-compiler', blob_id: `${author}-book`, config: { format: 'html' } });
  for (let state = ''; state !== 'done'; ) [state] = ((await send('GET', ROUTES.listJobs.path))['jobs'] as { state: string }[]).map((job) => job.state) as [string];
}

/** A start marks how far the sequences are, by the clock, and publishes events. */
const MOVING: readonly string[] = ['sequence_marks', 'outbox'];

/** Every row that stays, of every table, as text. */
export function readRows(dataDir: string): string {
  const sqlite = new SqliteFile(join(dataDir, 'recto.db'), { readonly: true });
  try {
    const tables = sqlite.prepare(`SELECT name FROM sqlite_schema WHERE type = 'table' AND name NOT LIKE 'sqlite%' ORDER BY name`).pluck().all() as string[];
    return JSON.stringify(tables.filter((table) => !MOVING.includes(table)).map((table) => [table, sqlite.prepare(`SELECT * FROM ${table} ORDER BY 1, 2`).all()]));
  } finally {
    sqlite.close();
  }
}

/** A fresh copy of a folder, in the place of what was there. */
export function copyTo(from: string, to: string): void {
  rmSync(to, { recursive: true, force: true });
  mkdirSync(to, { recursive: true });
  cpSync(from, to, { recursive: true });
}

export function listFiles(folder: string): string[] {
  return readdirSync(folder, { recursive: true, withFileTypes: true }).flatMap((entry) => (entry.isFile() ? [join(entry.parentPath, entry.name)] : [])).toSorted();
}
