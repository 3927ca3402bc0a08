/** A bare JetStream consumer: each message becomes the rows that a job writes, one transaction, and is acknowledged after it. */
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { AckPolicy, jetstream, jetstreamManager } from '@nats-io/jetstream';
import SqliteFile from 'better-sqlite3';
import { connectToNats } from '#sync-server/events/nats/nats-link.ts';
import { readNatsAccess } from '#sync-server/events/nats/nats-keys.ts';
import { startNats } from '#sync-server/test-support/nats-server.ts';

/** @returns messages a second */
export async function drainBareConsumer(count: number): Promise<number> {
  const nats = await startNats();
  const folder = mkdtempSync(join(tmpdir(), 'recto-bench-'));
  const sqlite = new SqliteFile(join(folder, 'bare.db'));
  sqlite.pragma('journal_mode = WAL');
  sqlite.pragma('synchronous = FULL');
  sqlite.exec(`
    CREATE TABLE jobs (id TEXT PRIMARY KEY, state TEXT, output_id TEXT, updated_at INTEGER);
    CREATE TABLE blobs (user_id TEXT, id TEXT, seq INTEGER, parent_id TEXT, doc TEXT, PRIMARY KEY (user_id, id));
    CREATE TABLE outbox (id INTEGER PRIMARY KEY AUTOINCREMENT, type TEXT, blob_id TEXT);`);
  const addJob = sqlite.prepare(`INSERT INTO jobs VALUES (?, 'done', ?, ?)`);
  const addBlob = sqlite.prepare('INSERT INTO blobs VALUES (?, ?, ?, ?, ?)');
  const addEvent = sqlite.prepare('INSERT INTO outbox (type, blob_id) VALUES (?, ?)');
  const store = sqlite.transaction((draft: string, seq: number) => {
    const id = `derived-of-${draft}`;
    addBlob.run(`user-${seq % 20}`, id, seq, draft, JSON.stringify({ id, parent_id: draft, schema_id: 'note-v1', data: { content: 'Nothing.' }, tags: [], version: 1 }));
    for (const type of ['blob.created', 'blob.derived']) addEvent.run(type, id);
    addJob.run(`job-of-${draft}`, id, Date.now());
  });
  const connection = await connectToNats(nats.url, await readNatsAccess(nats.dir));
  try {
    const manager = await jetstreamManager(connection);
    await manager.streams.add({ name: 'BARE', subjects: ['bare.>'] });
    await manager.consumers.add('BARE', { durable_name: 'bare', ack_policy: AckPolicy.Explicit });
    const stream = jetstream(connection);
    for (let from = 0; from < count; from += 500) {
      await Promise.all(Array.from({ length: 500 }, (_, index) => stream.publish('bare.draft', JSON.stringify({ blob_id: `draft-${from + index}` }))));
    }
    const consumer = await stream.consumers.get('BARE', 'bare');
    const messages = await consumer.consume({ max_messages: 500 });
    const started = performance.now();
    let done = 0;
    for await (const message of messages) {
      store.immediate(message.json<{ blob_id: string }>().blob_id, (done += 1));
      message.ack();
      if (done === count) break;
    }
    return (count / (performance.now() - started)) * 1000;
  } finally {
    await connection.close();
    sqlite.close();
    await nats.stop();
    rmSync(folder, { recursive: true, force: true });
  }
}
