import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, expect, it } from 'vitest';
import { makeJob } from '#processors/orchestrator/job-store.acceptance.ts';
import type { BlobReader, BlobWriter, Job } from '#processors/orchestrator/ports.ts';
import type { Blob } from '#schemas/blob.ts';
import { openDatabase, type Database } from '../db/database.ts';
import { createAttachments } from '../state-service/attachments.ts';
import { createBlobStore, type BlobStore, type Commit } from '../state-service/blob-store.ts';
import { createSqlBlobPorts } from './sql-blob-ports.ts';
import { createSqlJobStore } from './sql-job-store.ts';

const AT = '2026-01-01T00:00:00.000Z';
const makeBlob = (id: string, fields: Partial<Blob> = {}): Blob => ({ id, user_id: 'u1', processor_id: 'user-input', schema_id: 'note-v1', data: { content: id }, tags: [], version: 1, created_at: AT, updated_at: AT, deleted: false, ...fields });

let folder: string;
let database: Database;
let commits: Commit[];
let store: BlobStore;
let ports: BlobReader & BlobWriter;
let job: Job;

beforeEach(async () => {
  folder = mkdtempSync(join(tmpdir(), 'recto-blob-ports-'));
  database = openDatabase(join(folder, 'recto.db'));
  commits = [];
  store = createBlobStore({ database, onCommit: (commit) => commits.push(commit) });
  ports = createSqlBlobPorts(database, store, createAttachments({ database, folder: join(folder, 'attachments'), limit: 1024 }));
  const jobs = createSqlJobStore(database);
  await jobs.add(makeJob('j', { user_id: 'u1', blob_id: 'draft' }));
  job = (await jobs.take({ now: makeJob('j').not_before, leaseMs: 1_000, free: new Map([['p1', 1]]), perUser: 1 }))[0]!;
  await store.write('u1', ({ put }) => put(makeBlob('draft')));
});
afterEach(async () => {
  await database.close();
  rmSync(folder, { recursive: true, force: true });
});

const stateOfJob = (): unknown => database.sqlite.prepare('SELECT state, output_id FROM jobs').raw().get();
const derived = makeBlob('derived', { processor_id: 'p1', parent_id: 'draft' });
const done = (): Job => ({ ...job, state: 'done', output_id: 'derived' });

it('a derived blob, what comes with it and its job’s end are stored at once', async () => {
  expect(await ports.writeDerived({ blob: derived, also: [makeBlob('side', { parent_id: 'draft' })] }, done())).toBe('stored');
  expect(stateOfJob()).toEqual(['done', 'derived']);
  expect(commits.at(-1)!.docs.map((doc) => (JSON.parse(doc) as Blob).id)).toEqual(['side', 'derived']);
  expect(await ports.writeDerived({ blob: derived, also: [] }, done())).toBe('existed');
});

it('nothing is derived of a text that was deleted while its job ran', async () => {
  await store.write('u1', ({ put }) => put(makeBlob('draft', { version: 2, deleted: true })));
  const before = commits.length;
  await expect(ports.writeDerived({ blob: derived, also: [makeBlob('side', { parent_id: 'draft' })] }, done())).rejects.toMatchObject({ code: 'cancelled' });
  expect([await ports.read('u1', 'derived'), await ports.read('u1', 'side')]).toEqual([null, null]);
  expect([stateOfJob(), commits.length]).toEqual([['running', null], before]);
});
