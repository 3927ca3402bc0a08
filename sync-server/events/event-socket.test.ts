import { once } from 'node:events';
import { connect, type AddressInfo } from 'node:net';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { WebSocket, WebSocketServer } from 'ws';
import { RectoError } from '#schemas/errors.ts';
import { ROUTES } from '#schemas/http.ts';
import { createAccessTokens, readSigningKey, type Identity } from '../accounts/access-tokens.ts';
import { enterForShort } from '../test-support/short-life.ts';
import { startTestServer, type Caller, type TestServer } from '../test-support/test-server.ts';
import { listen, openSocket } from '../test-support/test-socket.ts';
import { serveEventSocket } from './event-socket.ts';
import { createSocketHub } from './socket-hub.ts';

let server: TestServer;
let author: Caller;

beforeAll(async () => {
  server = await startTestServer({ workers: 'none' });
  author = await server.signUp();
});
afterAll(() => server.close());

const AT = '2026-01-01T00:00:00.000Z';
const makeBlob = (id: string, content = 'Text.', version = 1) => ({
  id, user_id: 'local', processor_id: 'user-input', schema_id: 'text-input-v2', data: { content }, tags: [], version, created_at: AT, updated_at: AT, deleted: false,
});
const push = (blobs: object[], headers = {}, caller = author) => caller.send('POST', ROUTES.push.path, blobs.map((blob) => ({ new_document_state: blob })), headers);

describe('signing in on a socket', () => {
  it('comes first, with a good token', async () => {
    const early = await openSocket(server);
    early.send({ type: 'subscribe', patterns: ['*'] });
    expect((await early.next('error')).data.code).toBe('unauthenticated');
    expect(await early.closed).toBe(4401);

    const forged = await openSocket(server);
    forged.send({ type: 'auth', token: 'x.y.z' });
    expect((await forged.next('error')).data.code).toBe('unauthenticated');
    expect(await forged.closed).toBe(4401);
  });

  it('comes soon, or the socket is closed', async () => {
    const sockets = new WebSocketServer({ port: 0, host: '127.0.0.1' });
    await once(sockets, 'listening');
    const hub = createSocketHub('epoch');
    const authenticate = (): Promise<never> => Promise.reject(new RectoError('unauthenticated', 'No.'));
    sockets.on('connection', (socket) => serveEventSocket({ socket, hub, authenticate, now: Date.now, onFailure: () => {}, authTimeoutMs: 20 }));
    const silent = await openSocket({ url: `http://127.0.0.1:${(sockets.address() as AddressInfo).port}` });
    expect(await silent.closed).toBe(4408);
    expect(hub.size).toBe(0);
    await new Promise((resolve) => sockets.close(resolve));
  });

  it('ends with the session, also where another program ended it', async () => {
    const sockets = new WebSocketServer({ port: 0, host: '127.0.0.1' });
    await once(sockets, 'listening');
    const hub = createSocketHub('epoch');
    let isEnded = false;
    const authenticate = async (): Promise<Identity> => {
      if (isEnded) throw new RectoError('unauthenticated', 'This device was signed out.');
      return { userId: 'u', deviceId: 'd', expiresAt: Date.now() + 60_000 };
    };
    sockets.on('connection', (socket) => serveEventSocket({ socket, hub, authenticate, now: Date.now, onFailure: () => {}, heartbeatMs: 20 }));
    const socket = await listen({ url: `http://127.0.0.1:${(sockets.address() as AddressInfo).port}` }, 't');
    await once(socket.raw, 'ping');
    expect(hub.size).toBe(1);
    isEnded = true;
    expect(await socket.closed).toBe(4403);
    await new Promise((resolve) => sockets.close(resolve));
  });

  it('ends with the token, and goes on with a new one', async () => {
    const device = (JSON.parse(Buffer.from(author.session.access_token.split('.')[1]!, 'base64url').toString()) as { device: string }).device;
    const { short, renewed } = await enterForShort(async (lifeMs) => {
      const nearlyOver = await createAccessTokens(readSigningKey(server.dataDir), () => Date.now() - 900_000 + lifeMs).issue(author.session.user_id, device);
      const sockets = { short: await listen(server, nearlyOver), renewed: await listen(server, nearlyOver) };
      sockets.renewed.send({ type: 'auth', token: author.session.access_token });
      await sockets.renewed.next('ready');
      return sockets;
    });
    expect(await short.closed).toBe(4419);
    expect(renewed.raw.readyState).toBe(WebSocket.OPEN);
    await renewed.close();
  });

  it('as another user on the same socket is refused', async () => {
    const other = await server.signUp();
    const socket = await listen(server, author.session.access_token);
    socket.send({ type: 'auth', token: other.session.access_token });
    expect((await socket.next('error')).data.code).toBe('forbidden');
    await socket.close();
  });
});

describe('events', () => {
  it('come to who subscribed to them, and to no other user', async () => {
    const stranger = await server.signUp();
    const mine = await listen(server, author.session.access_token, { patterns: ['blob.created.note-v1', 'blob.deleted'] });
    const theirs = await listen(server, stranger.session.access_token, { patterns: ['*'], sync: true });
    const note = await author.send('POST', '/api/v1/blobs', { processor_id: 'user-input', schema_id: 'note-v1', data: { content: 'x' } });
    await author.send('POST', '/api/v1/blobs', { processor_id: 'user-input', schema_id: 'text-input-v2', data: { content: 'x' } });
    await author.send('DELETE', `/api/v1/blobs/${String(note.body['id'])}`);
    expect((await mine.next('blob.created')).data.blob_id).toBe(note.body['id']);
    expect((await mine.next('blob.deleted')).data).toMatchObject({ blob_id: note.body['id'], version: 2 });
    expect(mine.received.filter(({ type }) => type === 'blob.created')).toHaveLength(1);
    // What the stranger does comes to the stranger after all of the author's would have.
    await stranger.send('POST', '/api/v1/blobs', { processor_id: 'user-input', schema_id: 'note-v1', data: { content: 'own' } });
    await theirs.next('blob.created');
    expect(theirs.received.map(({ type }) => type)).toEqual(['ready', 'subscribed', 'sync.resync', 'sync.changed', 'blob.created']);
    await mine.close();
    await theirs.close();
  });
});

describe('sync on a socket', () => {
  it('carries what another connection wrote, with the place in the sequence, and to the writer its place alone', async () => {
    const writer = await listen(server, author.session.access_token, { sync: true });
    const reader = await listen(server, author.session.access_token, { sync: true });
    const connection = writer.received.find(({ type }) => type === 'ready') as { data: { connection_id: string } };
    await push([makeBlob('s1'), makeBlob('s2')], { 'recto-connection': connection.data.connection_id });
    const seen = (await reader.next('sync.changed')).data;
    expect(seen.documents.map(({ id, user_id }) => [id, user_id])).toEqual([['s1', author.session.user_id], ['s2', author.session.user_id]]);
    expect(seen.checkpoint.seq).toBe(seen.previous_seq! + 2);
    expect((await writer.next('sync.changed')).data).toEqual({ ...seen, documents: [] });

    await push([makeBlob('s3')]);
    const next = (await reader.next('sync.changed')).data;
    expect(next.previous_seq).toBe(seen.checkpoint.seq);
    await writer.close();
    await reader.close();
  });

  it('asks for a pull where there is too much to carry', async () => {
    const reader = await listen(server, author.session.access_token, { sync: true });
    await push([makeBlob('large', 'x'.repeat(300 * 1024))]);
    await reader.next('sync.resync');
    expect(reader.received.filter(({ type }) => type === 'sync.changed')).toEqual([]);
    await reader.close();
  });

  it('keeps no pile for a reader that does not read, and asks it to pull when it does', async () => {
    const slow = await listen(server, author.session.access_token, { sync: true });
    slow.raw.pause();
    const size = 200 * 1024;
    for (let index = 0; index < 120; index += 1) await push([makeBlob(`slow${index}`, 'x'.repeat(size))]);
    slow.raw.resume();
    await slow.next('sync.resync');
    const carried = slow.received.filter(({ type }) => type === 'sync.changed').length;
    expect(carried).toBeLessThan(110);
    await slow.close();
  });
});

describe('garbage on a socket', () => {
  it('gets an error event each, up to a limit, and the socket and the server go on', async () => {
    const socket = await listen(server, author.session.access_token, { patterns: ['blob.*'] });
    const messages = ['{', 'null', '[]', '{"type":"dance"}', '{"type":"subscribe"}', '{"type":"subscribe","patterns":[1]}', '\u0000'];
    for (const message of messages) socket.send(message);
    socket.raw.send(Buffer.from([0xff, 0xfe]));
    const codes = [];
    for (let index = 0; index < messages.length + 1; index += 1) codes.push((await socket.next('error')).data.code);
    expect(new Set(codes)).toEqual(new Set(['malformed', 'schema_violation']));
    for (let index = 0; index < 100; index += 1) socket.send('{');
    socket.send({ type: 'subscribe', patterns: ['blob.updated'] });
    await socket.next('subscribed');
    expect(socket.received.filter(({ type }) => type === 'error').length).toBeLessThan(30);
    await socket.close();
  });

  it('in a flood, or in a frame that is too large, closes that socket alone', async () => {
    const flooding = await listen(server, author.session.access_token);
    for (let index = 0; index < 300; index += 1) flooding.send('{');
    expect(await flooding.closed).toBe(4429);
    const large = await listen(server, author.session.access_token);
    large.send('x'.repeat(70 * 1024));
    expect(await large.closed).toBe(1009);
    await (await listen(server, author.session.access_token)).close();
  });

  it('that breaks the protocol ends the connection alone', async () => {
    const { hostname, port } = new URL(server.url);
    const raw = connect(Number(port), hostname);
    raw.write(`GET /api/v1/events HTTP/1.1\r\nHost: ${hostname}:${port}\r\nUpgrade: websocket\r\nConnection: Upgrade\r\nSec-WebSocket-Version: 13\r\nSec-WebSocket-Key: dGhlIHNhbXBsZSBub25jZQ==\r\n\r\n`);
    await once(raw, 'data');
    raw.write(Buffer.from('this is no frame at all, at all'));
    raw.resume();
    await once(raw, 'close');
    expect((await server.anonymous.send('GET', '/healthz')).status).toBe(200);
  });
});

describe('a page of another origin', () => {
  it('can open no socket, whatever token it has', async () => {
    const socket = new WebSocket(`${server.url.replace('http', 'ws')}/api/v1/events`, { headers: { origin: 'https://evil.example' } });
    const [, response] = (await once(socket, 'unexpected-response')) as [unknown, { statusCode: number }];
    expect(response.statusCode).toBe(403);
    socket.on('error', () => {});
    socket.terminate();
    await (await openSocket(server, { origin: server.url })).close();
    await (await openSocket(server, { origin: 'app://recto' })).close();
  });
});
