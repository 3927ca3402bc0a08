import { createServer } from 'node:http';
import { afterEach, beforeEach, describe, expect, test, vi } from 'vitest';
import { WebSocketServer } from 'ws';
import type { AccountName, SocketEvent } from '#schemas/ipc.ts';
import { startTestServer, type TestServer } from '#sync-server/test-support/test-server.ts';
import { createSessionHandlers } from './create-session-handlers.ts';
import { createEventSockets, type EventSockets } from './event-sockets.ts';
import { createSessionRig, type SessionRig } from './test-support/session-rig.ts';
import { createTestWindow, type TestWindow } from './test-support/test-window.ts';

const PERSON = { how: 'register' as const, email: 'ann@example.org', password: 'a long walk by the sea' };
let server: TestServer;
let rig: SessionRig;
let account: AccountName;
let sockets: EventSockets;
let window: TestWindow;
/** What leaves this computer on sockets. */
let sentTexts: string[];
let spoil = false;

class WatchedSocket extends WebSocket {
  override send(data: string): void {
    sentTexts.push(data);
    super.send(spoil ? data.replace(/"token":"[^"]+"/, '"token":"spoilt"') : data);
  }
}

beforeEach(async () => {
  sentTexts = [];
  spoil = false;
  server = await startTestServer({ workers: 'none' });
  rig = createSessionRig();
  account = await rig.session.enter({ ...PERSON, server: server.url });
  sockets = createEventSockets(rig.session, WatchedSocket);
  window = createTestWindow();
});
afterEach(async () => {
  sockets.closeAll();
  rig.close();
  await server.close();
});

const open = () => createSessionHandlers(rig.session, sockets)['session.open-socket'](account, window.context) as Promise<{ socketId: number }>;
const texts = (): SocketEvent[] => window.events.filter(({ kind }) => kind === 'message');
const messages = (): { type: string; data: Record<string, unknown> }[] => texts().map(({ text }) => JSON.parse(text!) as { type: string; data: Record<string, unknown> });
const until = (kind: SocketEvent['kind'], count = 1) => vi.waitFor(() => expect(window.events.filter((event) => event.kind === kind).length).toBeGreaterThanOrEqual(count), { interval: 5 });

describe('a socket', () => {
  test('is signed in here: the window hears that it is ready, and then what changes', async () => {
    const { socketId } = await open();
    await until('message');
    expect(window.events[0]).toEqual({ socketId, kind: 'open' });
    expect(messages()[0]).toMatchObject({ type: 'ready', data: { user_id: account.userId, epoch: expect.any(String) } });
    sockets.send(socketId, '{"type":"sync"}', window.window);
    await until('message', 2);
    expect(messages()[1]).toEqual({ type: 'sync.resync' });
    const { token } = await rig.session.authorize(account);
    expect(sentTexts[0]).toContain(token);
    expect(JSON.stringify(window.events)).not.toContain(token);
  });

  test('is closed when the window says so, with its code', async () => {
    const { socketId } = await open();
    await until('message');
    sockets.close(socketId, window.window);
    await until('close');
    expect(window.events.at(-1)).toEqual({ socketId, kind: 'close', code: 1005 });
    expect(window.listeners()).toBe(0);
    expect(() => sockets.send(socketId, '{"type":"sync"}', window.window)).toThrow(expect.objectContaining({ code: 'not_found' }));
  });

  test('whose token the server refuses closes, and the next one comes with a new token', async () => {
    spoil = true;
    await open();
    await until('close');
    expect(window.events.at(-1)).toMatchObject({ code: 4401 });
    spoil = false;
    await open();
    await until('message', 2);
    expect(messages().at(-1)).toMatchObject({ type: 'ready' });
    expect(rig.countOf('/auth/refresh')).toBe(1);
  });

  test('of a device that is signed out elsewhere closes, and none opens after it', async () => {
    await open();
    await until('message');
    const { token } = await rig.session.authorize(account);
    const headers = { authorization: `Bearer ${token}` };
    const { devices } = (await (await fetch(`${server.url}/api/v1/auth/devices`, { headers })).json()) as { devices: { id: string }[] };
    await fetch(`${server.url}/api/v1/auth/devices/${devices[0]!.id}`, { method: 'DELETE', headers });
    await until('close');
    expect(window.events.at(-1)).toMatchObject({ code: 4403 });
    await expect(open()).rejects.toMatchObject({ code: 'unauthenticated' });
    expect(await rig.secrets.get('session')).toBeNull();
  });

  test('closes when the server goes away, also while it opens', async () => {
    await open();
    await until('message');
    await server.close();
    await until('close');
    await open();
    await until('close', 2);
    expect(window.events.at(-1)).toMatchObject({ kind: 'close', code: 1006 });
    server = await startTestServer({ workers: 'none' });
  });

  test('closes when the author leaves', async () => {
    await open();
    await until('message');
    await rig.session.leave();
    await until('close');
    await expect(open()).rejects.toMatchObject({ code: 'unauthenticated' });
  });

  test('closes when the computer wakes up', async () => {
    await open();
    await until('message');
    sockets.closeAll();
    await until('close');
    expect(window.listeners()).toBe(0);
  });
});

describe('a page', () => {
  test.each(['reload', 'crash', 'close'] as const)('that is gone by a %s takes its sockets with it', async (what) => {
    await open();
    await until('message');
    window.happen(what);
    await until('close');
    expect(window.listeners()).toBe(0);
  });

  test('that goes while a socket is asked for gets none', async () => {
    rig.aheadMs = 16 * 60 * 1000;
    rig.meet = () => window.happen('reload');
    await expect(open()).rejects.toMatchObject({ code: 'cancelled' });
    expect([sentTexts, window.listeners()]).toEqual([[], 0]);
  });

  test('that shows another part of itself keeps them', async () => {
    const { socketId } = await open();
    await until('message');
    window.happen('go to a heading');
    window.happen('load a frame');
    sockets.send(socketId, '{"type":"sync"}', window.window);
    await until('message', 2);
    expect(window.events.some(({ kind }) => kind === 'close')).toBe(false);
  });

  test('of another window can’t use them', async () => {
    const { socketId } = await open();
    await until('message');
    const other = createTestWindow();
    expect(() => sockets.send(socketId, '{"type":"sync"}', other.window)).toThrow(expect.objectContaining({ code: 'not_found' }));
    sockets.close(socketId, other.window);
    sockets.send(socketId, '{"type":"sync"}', window.window);
    await until('message', 2);
  });

  test.each(['{"type":"auth","token":"mine"}', '{"type":"else"}', 'no json', '[]', '{"type":"subscribe"}'])('sends only what a window may: not %s', async (text) => {
    const { socketId } = await open();
    await until('message');
    expect(() => sockets.send(socketId, text, window.window)).toThrow(expect.objectContaining({ code: 'malformed' }));
    expect(sentTexts).toHaveLength(1);
  });

  test('has a few and no more', async () => {
    for (let i = 0; i < 4; i += 1) await open();
    await expect(open()).rejects.toMatchObject({ code: 'rate_limited' });
  });

  test('that means another account gets none', async () => {
    await expect(sockets.open({ ...account, userId: 'other' }, window.context)).rejects.toMatchObject({ code: 'unauthenticated' });
    expect(sentTexts).toEqual([]);
  });
});

test('a token that ran out while its socket was open is renewed for the next', async () => {
  const http = createServer((_request, response) => void response.writeHead(200, { 'content-type': 'application/json' }).end('{"user_id":"u1","access_token":"a","refresh_token":"r","expires_in":900}'));
  const other = new WebSocketServer({ server: http });
  other.on('connection', (socket) => socket.once('message', () => socket.close(4419)));
  await new Promise<void>((resolve) => http.listen(0, '127.0.0.1', resolve));
  account = await rig.session.enter({ ...PERSON, server: `http://127.0.0.1:${(http.address() as { port: number }).port}` });
  await open();
  await until('close');
  expect(window.events.at(-1)).toMatchObject({ code: 4419 });
  await open();
  expect(rig.countOf('/auth/refresh')).toBe(1);
  await until('close', 2);
  http.closeAllConnections();
  http.close();
});
