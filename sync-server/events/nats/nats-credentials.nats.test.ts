import { statSync, readdirSync } from 'node:fs';
import { join } from 'node:path';
import { jwtAuthenticator, wsconnect, type NatsConnection } from '@nats-io/nats-core';
import { jetstreamManager } from '@nats-io/jetstream';
import { afterAll, beforeAll, expect, it } from 'vitest';
import { startNats, type TestNats } from '../../test-support/nats-server.ts';
import { enterForShort } from '../../test-support/short-life.ts';
import { createUserCredentials, createWorkerCredentials, type NatsCredentials } from './nats-credentials.ts';
import { connectToNats } from './nats-link.ts';
import { readNatsAccess, type NatsAccess } from './nats-keys.ts';

let nats: TestNats;
let access: NatsAccess;
let server: NatsConnection;

beforeAll(async () => {
  nats = await startNats();
  access = await readNatsAccess(nats.dir);
  server = await connectToNats(nats.url, access);
});
afterAll(async () => {
  await server.close();
  await nats.stop();
});

const connect = ({ jwt, seed }: NatsCredentials): Promise<NatsConnection> =>
  wsconnect({ servers: nats.url, authenticator: jwtAuthenticator(jwt, new TextEncoder().encode(seed)), reconnect: false });

/** The subject of the first message that comes on the subscription, or why it was refused. */
function listen(connection: NatsConnection, subject: string): Promise<string> {
  return new Promise((resolve) => {
    connection.subscribe(subject, { callback: (error, message) => resolve(error ? error.message : message.subject) });
  });
}

it('let a user hear that user’s events and no other’s', async () => {
  const app = await connect(await createUserCredentials(access, 'u1', Date.now()));
  const own = listen(app, 'user.u1.>');
  for (const foreign of ['user.u2.>', 'user.*.blob.derived', 'user.>', '>', '*.*', 'blob.>', 'work.text-expansion', '$SYS.>', '$JS.EVENT.>', '_INBOX.>']) {
    expect(await listen(app, foreign), foreign).toMatch(/Permissions Violation for Subscription/);
  }
  server.publish('user.u1.blob.derived');
  expect(await own).toBe('user.u1.blob.derived');
  await app.close();
});

it('let nobody publish, nor ask JetStream’s or the system’s API', async () => {
  const app = await connect(await createUserCredentials(access, 'u1', Date.now()));
  const refused: string[] = [];
  const watching = (async () => {
    for await (const status of app.status()) if (status.type === 'error') refused.push(status.error.message);
  })();
  const seen: string[] = [];
  server.subscribe('>', { callback: (_error, message) => void seen.push(message.subject) });
  await server.flush();
  const subjects = ['user.u1.blob.created', 'user.u2.blob.created', 'blob.created.note-v1', '$JS.API.STREAM.DELETE.BLOBS', '$JS.API.INFO', '$JS.ACK.BLOBS.x', '$SYS.REQ.SERVER.PING', 'work.text-expansion'];
  for (const subject of subjects) app.publish(subject, '{}');
  await app.flush();
  await server.flush();
  expect(seen).toEqual([]);
  await expect(jetstreamManager(app)).rejects.toThrow(/Permissions Violation|timeout/i);
  await app.close();
  await watching;
  for (const subject of subjects) expect(refused.some((message) => message.includes(`"${subject}"`)), subject).toBe(true);
});

it('let a worker hear of its processor’s work alone', async () => {
  const worker = await connect(await createWorkerCredentials(access, 'text-expansion', Date.now()));
  expect(await listen(worker, 'work.book-compiler')).toMatch(/Permissions Violation/);
  expect(await listen(worker, 'work.>')).toMatch(/Permissions Violation/);
  expect(await listen(worker, 'user.u1.>')).toMatch(/Permissions Violation/);
  const work = listen(worker, 'work.text-expansion');
  const cancelled = listen(worker, 'work.text-expansion.cancelled');
  await worker.flush();
  server.publish('work.text-expansion');
  server.publish('work.text-expansion.cancelled');
  expect([await work, await cancelled]).toEqual(['work.text-expansion', 'work.text-expansion.cancelled']);
  await worker.close();
});

it('end, and nats-server ends the connection with them', async () => {
  const app = await enterForShort(async (lifeMs) => connect(await createUserCredentials(access, 'u1', Date.now() - 600_000 + lifeMs)));
  expect(String(await app.closed())).toContain('Expired');
  await expect(connect(await createUserCredentials(access, 'u1', Date.now() - 601_000))).rejects.toThrow(/Authorization/i);
});

it('are not made for an id that would name other subjects', () => {
  for (const id of ['', '*', '>', 'u1.>', 'a b', 'a.b']) expect(() => createUserCredentials(access, id, 0)).toThrow(/subject/);
});

it('stand on keys that their owner alone can read', () => {
  const keys = join(nats.dir, 'keys');
  for (const name of readdirSync(keys)) expect(statSync(join(keys, name)).mode & 0o077, name).toBe(0);
});
