/** Databases of every released version, as the server of their time left them, are brought to this one's form. */
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { gunzipSync } from 'node:zlib';
import SqliteFile from 'better-sqlite3';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { ROUTES } from '#schemas/http.ts';
import type { SyncPullPage } from '#schemas/generated/types.ts';
import { startServer } from '../server.ts';
import { readSettings } from '../settings.ts';
import { createCaller, createStranger } from '../test-support/test-server.ts';
import { openDatabase } from './database.ts';
import { findDamage } from './find-damage.ts';
import { listColumns, listTables } from './whole-rows.ts';

let folder: string;
let file: string;

beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'recto-migrations-'));
  file = join(folder, 'recto.db');
});
afterEach(() => rmSync(folder, { recursive: true, force: true }));

/** What each table holds, in the columns that it had. */
type Content = Record<string, { columns: string[]; rows: unknown[] }>;

function readOld(): Content {
  const sqlite = new SqliteFile(file, { readonly: true });
  try {
    return Object.fromEntries(listTables(sqlite).map((table) => [table, { columns: listColumns(sqlite, table), rows: sqlite.prepare(`SELECT * FROM ${table}`).all() }]));
  } finally {
    sqlite.close();
  }
}

describe.each([1, 2])('a database of version %i', (version) => {
  beforeEach(() => writeFileSync(file, gunzipSync(readFileSync(new URL(`fixtures/version-${version}.db.gz`, import.meta.url)))));

  it('keeps every row, and is in everything like a new one', async () => {
    const old = readOld();
    expect(old['blobs']!.rows).toHaveLength(version === 1 ? 5 : 6);
    const { sqlite, close } = openDatabase(file);
    for (const [table, { columns, rows }] of Object.entries(old)) {
      expect(sqlite.prepare(`SELECT ${columns.join(', ')} FROM ${table}`).all(), table).toEqual(rows);
    }
    expect(findDamage(sqlite)).toEqual([]);
    expect(sqlite.prepare('SELECT size FROM user_sequences').pluck().get()).toBe(sqlite.prepare('SELECT sum(length(doc)) FROM blobs WHERE deleted = 0').pluck().get());
    await close();
  });

  it('is served: its author signs in, and has every text and its past', async () => {
    const server = await startServer(readSettings({ RECTO_DATA_DIR: folder, RECTO_PORT: '0' }));
    try {
      const session = await createStranger(() => server.url).send('POST', ROUTES.login.path, { email: 'keeper@example.org', password: 'kelp lantern orchard' });
      expect(session.status, session.text).toBe(200);
      const author = createCaller(() => server.url, session.body as never);
      const { documents } = (await author.send('GET', ROUTES.pull.path)).body as unknown as SyncPullPage;
      expect(documents.map(({ id, version: number, deleted }) => [id.slice(0, 5), number, deleted])).toEqual(expect.arrayContaining([['book', 1, false], ['draft', 2, false], ['note', 2, true], ['seed', 1, false]]));
      expect(documents.find(({ id }) => id === 'draft')?.data).toEqual({ content: 'The keeper climbed the stairs at dawn.\n\nNobody had come since March.' });
      expect((await author.send('GET', '/api/v1/blobs/draft/history')).body['versions']).toMatchObject([{ data: { content: 'The keeper climbed the stairs at dusk.\n\nNobody had come since March.' } }]);
      expect(await author.send('PUT', '/api/v1/blobs/draft', { version: 2, data: { content: 'Day.' } })).toMatchObject({ status: 200, body: { version: 3 } });
    } finally {
      await server.close();
    }
    expect(readOld()['blobs']!.rows).toHaveLength(version === 1 ? 5 : 6);
  });

  it('is left to the server by commands: one of its own version may be running on it', () => {
    expect(() => openDatabase(file, { upgrades: false })).toThrow(expect.objectContaining({ code: 'configuration', message: expect.stringContaining('start the server of this version once') }));
    const sqlite = new SqliteFile(file, { readonly: true });
    expect(sqlite.pragma('user_version', { simple: true })).toBe(version);
    sqlite.close();
  });

  it('that is damaged stays as it is', () => {
    const bytes = readFileSync(file);
    bytes.fill(0, 3 * 4096, 4 * 4096);
    writeFileSync(file, bytes);
    expect(() => openDatabase(file)).toThrow(expect.objectContaining({ code: expect.stringMatching(/^storage_(damaged|failed)$/), message: expect.stringContaining(file) }));
    const sqlite = new SqliteFile(file, { readonly: true });
    expect(sqlite.pragma('user_version', { simple: true })).toBe(version);
    sqlite.close();
  });
});
