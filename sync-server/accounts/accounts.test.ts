import { mkdtempSync, rmSync, statSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { decodeJwt, SignJWT, UnsecuredJWT } from 'jose';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { openDatabase } from '../db/database.ts';
import { createSkippableClock } from '../test-support/skippable-clock.ts';
import { createCaller, startTestServer, type TestServer } from '../test-support/test-server.ts';
import { listen } from '../test-support/test-socket.ts';
import { createAccessTokens, readSigningKey } from './access-tokens.ts';
import { createAccounts } from './accounts.ts';
import { createAttemptLimiter } from './attempt-limiter.ts';

let server: TestServer;

beforeAll(async () => {
  server = await startTestServer();
});
afterAll(() => server.close());

const PASSWORD = 'a long enough password';
const login = (email: string, password = PASSWORD) => server.anonymous.send('POST', '/api/v1/auth/login', { email, password });
const refresh = (token: string) => server.anonymous.send('POST', '/api/v1/auth/refresh', { refresh_token: token });

describe('an account', () => {
  it('is opened by its email however it is written, and by no other password', async () => {
    const author = await server.signUp('Ada@Example.org');
    const again = await login('ada@example.ORG');
    expect(again.status).toBe(200);
    expect(again.body['user_id']).toBe(author.session.user_id);
    expect((await login('ada@example.org', 'another long password')).body).toMatchObject({ status: 401, code: 'wrong_credentials' });
    expect((await login('nobody@example.org')).body).toMatchObject({ status: 401, code: 'wrong_credentials' });
  });

  it('is made once', async () => {
    await server.signUp('once@example.org');
    const second = await server.anonymous.send('POST', '/api/v1/auth/register', { email: 'ONCE@example.org', password: PASSWORD });
    expect(second.body).toMatchObject({ status: 409, code: 'already_exists' });
  });

  it('needs an email and a password of 8 characters; each path is named', async () => {
    const reply = await server.anonymous.send('POST', '/api/v1/auth/register', { email: 'no', password: 'short' });
    expect(reply.status).toBe(422);
    expect((reply.body['errors'] as { path: string }[]).map(({ path }) => path).toSorted()).toEqual(['/email', '/password']);
  });

  it('is stored with a hash of the password and of the tokens, never with themselves', async () => {
    const author = await server.signUp('hash@example.org');
    const database = openDatabase(join(server.dataDir, 'recto.db'));
    const dump = JSON.stringify([
      await database.query.selectFrom('users').selectAll().execute(),
      await database.query.selectFrom('refresh_tokens').selectAll().execute(),
    ]);
    await database.close();
    expect(dump).toContain('$argon2id$v=19$m=19456,t=2,p=1$');
    for (const secret of [PASSWORD, author.session.refresh_token, author.session.access_token]) expect(dump).not.toContain(secret);
  });

  it('can’t be made where registration is closed', async () => {
    const closed = await startTestServer({ openRegistration: false });
    const reply = await closed.anonymous.send('POST', '/api/v1/auth/register', { email: 'a@example.org', password: PASSWORD });
    await closed.close();
    expect(reply.body).toMatchObject({ status: 403, code: 'registration_closed' });
  });
});

describe('a session', () => {
  it('goes on with each new refresh token, and ends when one is used twice', async () => {
    const author = await server.signUp();
    const socket = await listen(server, author.session.access_token);
    const second = await refresh(author.session.refresh_token);
    expect(second.status).toBe(200);
    const third = await refresh(String(second.body['refresh_token']));
    expect(third.status).toBe(200);

    expect((await refresh(author.session.refresh_token)).body).toMatchObject({ status: 401, code: 'token_reused' });
    expect(await socket.closed).toBe(4403);
    expect((await refresh(String(third.body['refresh_token']))).status).toBe(401);
    expect((await author.send('GET', '/api/v1/state')).status).toBe(401);
  });

  it('goes on where the answer to a refresh was lost, and ends when what was lost turns up in another hand', async () => {
    const author = await server.signUp();
    const lost = await refresh(author.session.refresh_token);
    const again = await refresh(author.session.refresh_token);
    expect([lost.status, again.status]).toEqual([200, 200]);
    const third = await refresh(String(again.body['refresh_token']));
    expect(third.status).toBe(200);
    expect((await refresh(String(lost.body['refresh_token']))).body).toMatchObject({ status: 401, code: 'token_reused' });
    expect((await refresh(String(third.body['refresh_token']))).status).toBe(401);
  });

  it('gives two requests with the same token one that works', async () => {
    const author = await server.signUp();
    const replies = await Promise.all([refresh(author.session.refresh_token), refresh(author.session.refresh_token)]);
    expect(replies.map(({ status }) => status)).toEqual([200, 200]);
    const next = await Promise.all(replies.map(({ body }) => refresh(String(body['refresh_token']))));
    expect(next.filter(({ status }) => status === 200).length).toBeLessThanOrEqual(1);
  });

  it('ends with logout, on the socket too', async () => {
    const author = await server.signUp();
    const socket = await listen(server, author.session.access_token);
    expect((await server.anonymous.send('POST', '/api/v1/auth/logout', { refresh_token: author.session.refresh_token })).status).toBe(204);
    expect(await socket.closed).toBe(4403);
    expect((await author.send('GET', '/api/v1/state')).body).toMatchObject({ status: 401, code: 'unauthenticated' });
    expect((await refresh(author.session.refresh_token)).status).toBe(401);
  });

  it('lives 90 days after its last refresh, and leaves no pile of tokens', async () => {
    const folder = mkdtempSync(join(tmpdir(), 'recto-accounts-'));
    const database = openDatabase(join(folder, 'recto.db'));
    let now = Date.UTC(2026, 0, 1);
    const days = (count: number): number => (now += count * 24 * 60 * 60 * 1000);
    const accounts = createAccounts({ database, accessTokens: createAccessTokens(readSigningKey(folder), () => now), openRegistration: true, publicUrl: 'http://127.0.0.1:8010', now: () => now, onDeviceRevoked() {}, deleteUser: async () => undefined });
    let session = await accounts.register({ email: 'slow@example.org', password: PASSWORD });
    for (let refreshes = 0; refreshes < 4; refreshes += 1) {
      days(60);
      session = await accounts.refresh(session.refresh_token);
    }
    expect(database.sqlite.prepare('SELECT count(*) FROM refresh_tokens').pluck().get()).toBe(2);
    days(91);
    await expect(accounts.refresh(session.refresh_token)).rejects.toMatchObject({ code: 'unauthenticated' });
    await database.close();
    rmSync(folder, { recursive: true, force: true });
  });

  it('ends a year after it began, however busy it is: its tokens, its place in the list, its sockets', async () => {
    const clock = createSkippableClock();
    const aging = await startTestServer({ workers: 'none' }, { clock });
    let { session } = await aging.signUp('busy@example.org');
    const renew = () => aging.anonymous.send('POST', '/api/v1/auth/refresh', { refresh_token: session.refresh_token });
    const DAY = 24 * 60 * 60 * 1000;
    for (let day = 0; day < 360; day += 60) {
      clock.skip(60 * DAY);
      session = (await renew()).body as never;
    }
    clock.skip(5 * DAY - 60_000);
    session = (await renew()).body as never;
    const author = createCaller(() => aging.url, session);
    expect((await author.send('GET', '/api/v1/state')).status).toBe(200);
    clock.skip(60_000);
    expect((await author.send('GET', '/api/v1/state')).body).toMatchObject({ status: 401, code: 'unauthenticated' });
    expect((await renew()).body).toMatchObject({ status: 401, code: 'unauthenticated' });
    await aging.close();
  });

  it('is a device: listed, and signed out from another', async () => {
    const author = await server.signUp('devices@example.org');
    const other = createCaller(() => server.url, (await login('devices@example.org')).body as never);
    const list = async () => (await author.send('GET', '/api/v1/auth/devices')).body['devices'] as { id: string; current: boolean }[];
    const devices = await list();
    expect(devices.map(({ current }) => current).toSorted()).toEqual([false, true]);
    const socket = await listen(server, other.session.access_token);

    const stranger = await server.signUp();
    const id = devices.find(({ current }) => !current)!.id;
    expect((await stranger.send('DELETE', `/api/v1/auth/devices/${id}`)).status).toBe(404);
    expect((await author.send('DELETE', `/api/v1/auth/devices/${id}`)).status).toBe(204);
    expect(await socket.closed).toBe(4403);
    expect((await other.send('GET', '/api/v1/state')).status).toBe(401);
    expect(await list()).toHaveLength(1);
  });
});

describe('an access token', () => {
  const get = (token: string) => server.anonymous.send('GET', '/api/v1/state', undefined, { authorization: `Bearer ${token}` });

  it('is refused without a signature, with another key or another algorithm, for another purpose, or when it is damaged', async () => {
    const author = await server.signUp();
    const { device } = decodeJwt<{ device: string }>(author.session.access_token);
    const unsigned = new UnsecuredJWT({ device }).setSubject(author.session.user_id).setIssuer('recto').setIssuedAt().setExpirationTime('1h').encode();
    const sign = (key: Uint8Array, alg: string, { typ = 'at+jwt', audience = 'recto-studio-api' } = {}) =>
      new SignJWT({ device }).setProtectedHeader({ alg, typ }).setSubject(author.session.user_id).setIssuer('recto').setAudience(audience).setIssuedAt().setExpirationTime('1h').sign(key);
    const key = readSigningKey(server.dataDir);
    expect((await get(await sign(key, 'HS256'))).status).toBe(200);
    const foreign = [await sign(key, 'HS256', { typ: 'JWT' }), await sign(key, 'HS256', { audience: 'elsewhere' })];
    const tokens = [unsigned, ...foreign, await sign(new Uint8Array(32), 'HS256'), await sign(Buffer.concat([key, key]), 'HS512'), author.session.access_token.slice(0, -3), 'x', 'é'];
    for (const token of tokens) expect((await get(encodeURIComponent(token))).body).toMatchObject({ status: 401, code: 'unauthenticated' });
    expect((await server.anonymous.send('GET', '/api/v1/state')).headers.get('www-authenticate')).toBe('Bearer');
  });

  it('lives 15 minutes', async () => {
    const author = await server.signUp();
    expect(author.session.expires_in).toBe(900);
    const old = await createAccessTokens(readSigningKey(server.dataDir), () => Date.now() - 901_000).issue(author.session.user_id, 'd');
    expect((await get(old)).body).toMatchObject({ status: 401, code: 'token_expired' });
  });

  it('is signed with a key that only the server’s user reads', () => {
    expect(statSync(join(server.dataDir, 'signing.key')).mode & 0o777).toBe(0o600);
  });
});

describe('attempts', () => {
  it('for one account are limited, and Retry-After says for how long', async () => {
    await server.signUp('guessed@example.org');
    const replies = [];
    for (let attempt = 0; attempt < 11; attempt += 1) replies.push(await login('guessed@example.org', `wrong password ${attempt}`));
    expect(replies.slice(0, 10).every(({ status }) => status === 401)).toBe(true);
    expect(replies[10]!.body).toMatchObject({ status: 429, code: 'rate_limited' });
    expect(Number(replies[10]!.headers.get('retry-after'))).toBeGreaterThan(0);
    expect((await login('guessed@example.org')).status).toBe(429);
    expect((await login('nobody@example.org')).status).toBe(401);
  });

  it('are counted anew when their window is over, or cleared', () => {
    let now = 0;
    const limiter = createAttemptLimiter({ max: 1, windowMs: 100, now: () => now });
    limiter.count('a');
    expect(() => limiter.count('a')).toThrow(/Too many/);
    limiter.count('b');
    now = 100;
    limiter.count('a');
    limiter.clear('a');
    limiter.count('a');
  });
});
