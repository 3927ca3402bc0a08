import fc from 'fast-check';
import { v7 as newId } from 'uuid';
import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import type { SyncPullPage } from '#schemas/generated/types.ts';
import { ACCOUNT_HEADER, type AccountName } from '#schemas/ipc.ts';
import { startTestServer, type TestServer } from '#sync-server/test-support/test-server.ts';
import { startScriptedServer, type ScriptedServer } from './test-support/scripted-server.ts';
import { createSessionRig, type SessionRig } from './test-support/session-rig.ts';

const MEGABYTE = 1024 * 1024;
let rig: SessionRig;
beforeEach(() => {
  rig = createSessionRig();
});
afterEach(() => rig.close());

const draft = (content: string) => {
  const time = new Date().toISOString();
  return { id: newId(), user_id: 'x', processor_id: 'user-input', schema_id: 'text-input-v2', data: { content }, tags: [], version: 1, created_at: time, updated_at: time, deleted: false };
};
const json = (value: unknown): RequestInit => ({ method: 'POST', headers: { 'content-type': 'application/json' }, body: JSON.stringify(value) });

describe('a window’s requests at a real server', () => {
  let server: TestServer;
  let account: AccountName;
  beforeEach(async () => {
    server = await startTestServer({ workers: 'none' });
    account = await rig.session.enter({ how: 'register', server: server.url, email: 'ann@example.org', password: 'a long walk by the sea' });
  });
  afterEach(() => server.close());

  const push = (contents: string[]) => rig.ask(account, '/api/v1/sync/blobs/push', json(contents.map((content) => ({ assumed_master_state: null, new_document_state: draft(content) }))));

  test('carry a push of 20 MB and a pull of 20 MB, whole', async () => {
    const contents = Array.from({ length: 24 }, (_content, i) => String.fromCharCode(97 + i).repeat(900_000));
    const pushed = (await (await push(contents)).json()) as { results: { status: string }[] };
    expect(pushed.results.map(({ status }) => status)).toEqual(Array(24).fill('stored'));
    const answer = await rig.ask(account, '/api/v1/sync/blobs/pull?limit=1000');
    const first = (await answer.json()) as SyncPullPage;
    // A page ends at 16 MB.
    expect(JSON.stringify(first).length).toBeGreaterThan(14 * MEGABYTE);
    const { epoch, seq } = first.checkpoint!;
    const second = (await (await rig.ask(account, `/api/v1/sync/blobs/pull?limit=1000&epoch=${epoch}&seq=${seq}`)).json()) as SyncPullPage;
    expect([...first.documents, ...second.documents].map(({ data }) => data['content'])).toEqual(contents);
    expect(answer.headers.get('recto-protocol')).toBe('1');
  });

  test('are sent again, with their whole body, after a token was refused', async () => {
    rig.meet = ({ headers }) => {
      if (headers.has('authorization') && rig.countOf('/auth/refresh') === 0) headers.set('authorization', 'Bearer spoilt');
    };
    const answer = await push(['x'.repeat(900_000), 'y'.repeat(900_000)]);
    expect(await answer.json()).toMatchObject({ results: [{ status: 'stored' }, { status: 'stored' }] });
    expect(rig.countOf('/sync/blobs/push')).toBe(2);
    expect(rig.countOf('/auth/refresh')).toBe(1);
  });

  test('get the server’s own problems, with when to come back', async () => {
    expect(await (await rig.ask(account, '/api/v1/blobs/nothing-of-this-id')).json()).toMatchObject({ code: 'not_found' });
    expect(await (await rig.ask(account, '/api/v1/blobs', json({ data: 1 }))).json()).toMatchObject({ code: 'schema_violation' });
  });

  test.each([
    '/api/v1/auth/login', '/api/v1/auth/refresh', '/api/v1/auth/logout', '/api/v1/auth/register', '/api/v1/auth/password-reset', '/api/v1/auth/password-reset/request', '/api/v1/auth/devices/x', '/api/v1/events/credentials', '/api/v1/worker', '/api/v1/ai/account', '/api/v1/ai/generate/expand', '/healthz', '/openapi.json', '/', '',
    '/api/v1/../../healthz', '/api/v1/blobs/../auth/logout', '/api/v1/blobs/..%2fauth%2flogout', '/api/v1/blobs/%2e%2e/auth/logout', '/api/v1/blobs/%2e%2e', '/api/v1/blobs/..', '/api/v1/blobs/%252e%252e',
    '//evil.example.org/api/v1/state', '/\\evil.example.org/api/v1/state', '@evil.example.org/api/v1/state', ':80@evil.example.org/api/v1/state', '/api/v1/state/', '/api/v1/state;x', '/API/V1/STATE', '/api/v1/state%00', '/api/v1/blobs/a/b', '/api/v1/events',
    `/api/v1/state?${'x'.repeat(3000)}`,
  ])('reach nothing else than the routes of a window: %s', async (path) => {
    const before = rig.sent.length;
    for (const init of [{}, json({})]) {
      const answer = await rig.ask(account, path, init);
      expect(answer.status).toBe(404);
      expect(await answer.json()).toMatchObject({ code: 'not_found' });
    }
    expect(rig.sent.length).toBe(before);
  });

  test('see and end the sessions of other devices, and set a new password with the current one; no answer holds a token', async () => {
    const other = createSessionRig();
    await other.session.enter({ how: 'login', server: server.url, email: 'ann@example.org', password: 'a long walk by the sea' });
    other.close();
    const listed = await (await rig.ask(account, '/api/v1/auth/devices')).text();
    const { devices } = JSON.parse(listed) as { devices: { id: string; current: boolean }[] };
    expect(devices).toHaveLength(2);
    expect((await rig.ask(account, `/api/v1/auth/devices/${devices.find(({ current }) => !current)!.id}`, { method: 'DELETE' })).status).toBe(204);
    const change = { current_password: 'a guess of a script', new_password: 'one that the script knows' };
    expect(await (await rig.ask(account, '/api/v1/auth/password', json(change))).json()).toMatchObject({ code: 'forbidden' });
    expect(await (await rig.ask(account, '/api/v1/auth/account/delete', json({ password: 'a guess of a script' }))).json()).toMatchObject({ code: 'forbidden' });
    expect((await rig.ask(account, '/api/v1/auth/password', json({ ...change, current_password: 'a long walk by the sea' }))).status).toBe(204);
    expect((await rig.ask(account, '/api/v1/state')).status).toBe(200);
    expect(listed).not.toContain('token');
  });

  test('delete with no body, also where an empty one comes along', async () => {
    const blob = draft('Gone.');
    await rig.ask(account, '/api/v1/sync/blobs/push', json([{ assumed_master_state: null, new_document_state: blob }]));
    const nothing = new ReadableStream<Uint8Array>({ start: (controller) => controller.close() });
    expect((await rig.ask(account, `/api/v1/blobs/${blob.id}`, { method: 'DELETE', body: nothing, duplex: 'half' })).status).toBe(204);
  });

  test.each(['PATCH', 'OPTIONS', 'HEAD', 'DELETE', 'PROPFIND'])('use no other method: %s', async (method) => {
    expect((await rig.ask(account, '/api/v1/state', { method })).status).toBe(404);
  });

  test.each(['', 'x', 'x y z', '%', '%41nn http%3A%2F%2F127.0.0.1', ' '])('name the account as the app does, or get nothing: “%s”', async (header) => {
    expect((await rig.ask(account, '/api/v1/state', { headers: { [ACCOUNT_HEADER]: header } })).status).toBe(401);
  });

  test('take no other headers along', async () => {
    await rig.ask(account, '/api/v1/state', { headers: { authorization: 'Bearer mine', cookie: 'a=b', 'x-forwarded-for': '1.2.3.4', 'recto-protocol': '1', host: 'evil.example.org' } });
    const { headers, url } = rig.sent.at(-1)!;
    expect([...headers.keys()]).toEqual(['authorization', 'recto-protocol']);
    expect(headers.get('authorization')).toMatch(/^Bearer ey/);
    expect(url).toBe(`${server.url}/api/v1/state`);
  });

  test('never get a token back', async () => {
    const { token } = await rig.session.authorize(account);
    const texts = await Promise.all(['/api/v1/state', '/api/v1/sync/blobs/pull?limit=10', '/api/v1/blobs', '/api/v1/jobs', '/api/v1/auth/devices'].map(async (path) => {
      const answer = await rig.ask(account, path);
      return JSON.stringify([...answer.headers]) + (await answer.text());
    }));
    for (const text of texts) expect(text).not.toContain(token);
  });

  test('say that there is no connection when there is none', async () => {
    await server.close();
    const answer = await rig.ask(account, '/api/v1/state');
    expect([answer.status, answer.headers.get('content-type')]).toEqual([503, 'application/problem+json']);
    expect(await answer.json()).toMatchObject({ code: 'network', detail: expect.stringContaining('can’t be reached') });
  });
});

describe('a server that is not as it should be', () => {
  let server: ScriptedServer | undefined;
  afterEach(() => server?.close());

  async function enter(answer: Parameters<typeof startScriptedServer>[0]): Promise<AccountName> {
    server = await startScriptedServer(answer);
    return await rig.session.enter({ how: 'login', server: server.url, email: 'ann@example.org', password: 'a long walk by the sea' });
  }

  test('hears nothing but what a window may ask, whatever a window asks', async () => {
    const account = await enter((_request, response) => void response.end('{}'));
    const piece = fc.oneof(
      fc.constantFrom('api', 'v1', 'api/v1', 'blobs', 'sync/blobs/pull', 'jobs', 'auth', 'login', 'history', 'state', 'x-1'),
      fc.constantFrom('/', '//', '\\', '..', '.', '%2e', '%2E%2e', '%2f', '%5c', '%00', '%3A', '%', ';', '?', '#', '@evil.example.org', ':80', 'https://evil.example.org', ' ', 'é'),
    );
    const path = fc.array(piece, { maxLength: 8 }).map((pieces) => pieces.join(''));
    const known = fc.constantFrom('/api/v1/blobs/', '/api/v1/blobs/x-1/', '/api/v1/jobs/', '/').chain((start) => path.map((end) => start + end));
    let answered = 0;
    await fc.assert(
      fc.asyncProperty(known, async (asked) => {
        const before = server!.seen.length;
        const { status } = await rig.ask(account, asked);
        const heard = server!.seen.slice(before);
        answered += heard.length;
        expect(heard.length).toBe(status === 200 ? 1 : 0);
        for (const line of heard) expect(line).toMatch(/^GET \/api\/v1\/(?:state|blobs|jobs|schemas|processors|dead-letters|sync\/blobs\/pull)(?:\/(?!\.{1,2}(?:[/?]|$))(?:[\w.:-]|%3A)+(?:\/history)?)?(?:\?[^#]*)?$/);
      }),
      { numRuns: 600 },
    );
    expect(answered).toBeGreaterThan(0);
  });

  test('sends elsewhere: nobody follows, and the token goes nowhere', async () => {
    const elsewhere = await startScriptedServer((_request, response) => void response.end('{}'));
    for (const location of [`${elsewhere.url}/api/v1/state`, '/api/v1/auth/login', '//evil.example.org/', 'file:///etc/passwd']) {
      const account = await enter((_request, response) => void response.writeHead(302, { location }).end());
      expect(await (await rig.ask(account, '/api/v1/state')).json()).toMatchObject({ code: 'protocol', detail: expect.stringContaining('does not follow') });
      await server!.close();
    }
    expect(elsewhere.seen).toEqual([]);
    await elsewhere.close();
  });

  test('answers a page: it comes as text that nothing runs, and sets nothing', async () => {
    const account = await enter((_request, response) => void response.writeHead(200, { 'content-type': 'text/html', 'set-cookie': 'a=b', 'access-control-allow-origin': '*', link: '</x>; rel=preload', 'x-own': 'y' }).end('<script>alert(1)</script>'));
    const answer = await rig.ask(account, '/api/v1/state');
    expect(Object.fromEntries(answer.headers)).toEqual({
      'cache-control': 'no-store', 'content-security-policy': "default-src 'none'; sandbox", 'content-type': 'text/plain; charset=utf-8', 'x-content-type-options': 'nosniff',
    });
    expect(await answer.text()).toBe('<script>alert(1)</script>');
  });

  test('refuses each token: one renewal a request, and then its answer', async () => {
    const account = await enter((_request, response) => void response.writeHead(401, { 'content-type': 'application/problem+json' }).end('{"title":"No","code":"unauthenticated"}'));
    expect((await rig.ask(account, '/api/v1/state')).status).toBe(401);
    expect(server!.seen).toEqual(['POST /api/v1/auth/login', 'GET /api/v1/state', 'POST /api/v1/auth/refresh', 'GET /api/v1/state']);
  });

  test('breaks off in the middle: what came is not taken for all', async () => {
    const account = await enter((_request, response) => {
      response.writeHead(200, { 'content-type': 'application/json' });
      response.write('{"documents":[', () => response.destroy());
    });
    const answer = await rig.ask(account, '/api/v1/sync/blobs/pull?limit=10');
    await expect(answer.json()).rejects.toThrow(/terminated|aborted/);
  });

  test('is given a body while it comes in, and its answer is passed on while it is sent', async () => {
    const first = { come: (_text: string): void => undefined };
    const firstPart = new Promise<string>((resolve) => (first.come = resolve));
    const account = await enter((request, response) => {
      request.once('data', (chunk: Buffer) => first.come(chunk.toString()));
      request.on('end', () => {
        response.writeHead(200, { 'content-type': 'application/json' });
        response.write('[1');
        read.then(() => response.end(',2]'));
      });
    });
    const goOn = { read: (): void => undefined };
    const read = new Promise<void>((resolve) => (goOn.read = resolve));
    const body = new ReadableStream<Uint8Array>({
      async start(controller) {
        controller.enqueue(new TextEncoder().encode('[{"a":'));
        expect(await firstPart).toBe('[{"a":');
        controller.enqueue(new TextEncoder().encode('1}]'));
        controller.close();
      },
    });
    const answer = await rig.ask(account, '/api/v1/sync/blobs/push', { method: 'POST', headers: { 'content-type': 'application/json' }, body, duplex: 'half' });
    const reader = answer.body!.getReader();
    expect(new TextDecoder().decode((await reader.read()).value)).toBe('[1');
    goOn.read();
    expect(new TextDecoder().decode((await reader.read()).value)).toBe(',2]');
  });

  test('renews the session while more came than can be sent again: the window tries again', async () => {
    let refused = 0;
    const account = await enter((request, response) => {
      request.resume().on('end', () => {
        refused += 1;
        response.writeHead(refused === 1 ? 401 : 200, { 'content-type': 'application/json' }).end('{}');
      });
    });
    const big = new Uint8Array(40 * MEGABYTE);
    const push = () => rig.ask(account, '/api/v1/sync/blobs/push', { method: 'POST', headers: { 'content-type': 'application/json' }, body: big });
    expect(await (await push()).json()).toMatchObject({ code: 'unavailable' });
    expect((await push()).status).toBe(200);
  });

  test('is left alone when the window no longer waits', async () => {
    const gone = { resolve: (): void => undefined };
    const closed = new Promise<void>((resolve) => (gone.resolve = resolve));
    const aborting = new AbortController();
    const account = await enter((request) => {
      request.once('close', () => gone.resolve());
      aborting.abort();
    });
    expect(await (await rig.ask(account, '/api/v1/state', { signal: aborting.signal })).json()).toMatchObject({ code: 'cancelled' });
    await closed;
  });
});
