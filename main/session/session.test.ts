import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, test, vi } from 'vitest';
import { RectoError } from '#schemas/errors.ts';
import { startTestServer, type TestServer } from '#sync-server/test-support/test-server.ts';
import { createOneTimeLinks } from '#sync-server/accounts/one-time-links.ts';
import { openDatabase } from '#sync-server/db/database.ts';
import { createTestKeychain } from '../secrets/test-support/test-keychain.ts';
import { startScriptedServer } from './test-support/scripted-server.ts';
import { createSessionRig, type SessionRig } from './test-support/session-rig.ts';

const PASSWORD = 'a long walk by the sea';
let server: TestServer;
let rig: SessionRig;
let accounts = 0;

beforeEach(async () => {
  server = await startTestServer({ workers: 'none' });
  rig = createSessionRig();
});
afterEach(async () => {
  rig.close();
  await server.close();
});

const person = (more = {}) => ({ how: 'register' as const, server: server.url, email: `ann${(accounts += 1)}@example.org`, password: PASSWORD, ...more });
const read = (account: { server: string; userId: string }) => rig.ask(account, '/api/v1/state');
const files = (): string => ['secrets.json', 'settings.json'].map((name) => tryRead(join(rig.folder, name))).join('\n');
const tryRead = (path: string): string => {
  try {
    return readFileSync(path, 'latin1');
  } catch {
    return '';
  }
};

describe('signing in', () => {
  test('makes an account by an invitation where registration is closed', async () => {
    const closed = await startTestServer({ workers: 'none', openRegistration: false });
    const database = openDatabase(join(closed.dataDir, 'recto.db'));
    const invitation = await createOneTimeLinks(database, Date.now).invite(null);
    await database.close();
    const who = person({ server: closed.url });
    await expect(rig.session.enter(who)).rejects.toMatchObject({ code: 'registration_closed' });
    await expect(rig.session.enter({ ...who, invitation: 'made up' })).rejects.toMatchObject({ code: 'link_invalid' });
    expect((await rig.session.enter({ ...who, invitation })).server).toBe(closed.url);
    await closed.close();
  });

  test('makes an account, signs in to it, and says only who it is', async () => {
    const who = person({ server: `${server.url}/`, email: ' ann@example.org ' });
    const made = await rig.session.enter(who);
    expect(made).toEqual({ server: server.url, email: 'ann@example.org', userId: expect.any(String) });
    expect((await read(made)).status).toBe(200);
    await rig.session.leave();
    expect(await rig.session.enter({ ...who, how: 'login' })).toEqual(made);
  });

  test.each([
    ['a wrong password', (who: ReturnType<typeof person>) => ({ ...who, how: 'login' as const, password: 'not this one' }), 'wrong_credentials'],
    ['an account that is there already', (who: ReturnType<typeof person>) => who, 'already_exists'],
    ['a short password', (who: ReturnType<typeof person>) => ({ ...who, email: 'new@example.org', password: 'short' }), 'schema_violation'],
    ['no address', (who: ReturnType<typeof person>) => ({ ...who, server: 'not an address' }), 'malformed'],
    ['another kind of address', (who: ReturnType<typeof person>) => ({ ...who, server: 'file:///etc' }), 'malformed'],
    ['a server that is not there', (who: ReturnType<typeof person>) => ({ ...who, server: 'http://127.0.0.1:9' }), 'network'],
  ])('%s is an error by its code, and leaves the session that was there', async (_name, change, code) => {
    const who = person();
    const before = await rig.session.enter(who);
    await expect(rig.session.enter(change(who))).rejects.toMatchObject({ code });
    expect((await read(before)).status).toBe(200);
  });

  test('at a server that is new here is asked of the author; a no sends nothing', async () => {
    rig.says = false;
    await expect(rig.session.enter(person({ server: 'https://recto.example.org' }))).rejects.toMatchObject({ code: 'cancelled', message: expect.stringContaining('Nothing has changed') });
    expect(rig.asked).toMatchObject([{ message: 'Sync your books with https://recto.example.org?' }]);
    expect(rig.sent).toEqual([]);
  });

  test('at something that is no Recto server says so', async () => {
    const other = await startScriptedServer((_request, response) => void response.writeHead(200, { 'content-type': 'text/html' }).end('<h1>Welcome</h1>'));
    await expect(rig.session.enter(person({ server: other.url }))).rejects.toMatchObject({ code: 'protocol', message: expect.stringContaining('not as a Recto server') });
    await other.close();
  });

  test('never sends the password on to where a server sends it', async () => {
    const elsewhere = await startScriptedServer((_request, response) => void response.end('{}'));
    const other = await startScriptedServer((_request, response) => void response.writeHead(307, { location: `${elsewhere.url}/api/v1/auth/register` }).end());
    await expect(rig.session.enter(person({ server: other.url }))).rejects.toMatchObject({ code: 'protocol', message: expect.stringContaining(`sends Recto on to ${elsewhere.url}`) });
    expect(elsewhere.seen).toEqual([]);
    await Promise.all([other.close(), elsewhere.close()]);
  });
});

describe('a session', () => {
  test('is there after a restart, without a token in any file', async () => {
    const made = await rig.session.enter(person());
    const kept = JSON.parse((await rig.secrets.get('session'))!) as { refreshToken: string };
    rig.restart();
    expect((await read(made)).status).toBe(200);
    expect(rig.countOf('/auth/refresh')).toBe(1);
    expect(files()).not.toContain(kept.refreshToken);
    expect(files()).not.toContain(PASSWORD);
  });

  test('ends with the program where there is no keychain', async () => {
    rig.close();
    rig = createSessionRig(createTestKeychain({ getSelectedStorageBackend: () => 'basic_text' }));
    const made = await rig.session.enter(person());
    expect((await read(made)).status).toBe(200);
    expect(files()).not.toContain('refreshToken');
    rig.restart();
    expect((await read(made)).status).toBe(401);
  });

  test('is renewed once for ten who ask at once, when its time is over', async () => {
    const made = await rig.session.enter(person());
    rig.aheadMs = 16 * 60 * 1000;
    const answers = await Promise.all(Array.from({ length: 10 }, () => read(made)));
    expect(answers.map(({ status }) => status)).toEqual(Array(10).fill(200));
    expect(rig.countOf('/auth/refresh')).toBe(1);
  });

  test('is renewed once for ten whose token the server refuses', async () => {
    const made = await rig.session.enter(person());
    rig.meet = ({ headers }) => {
      if (headers.has('authorization') && rig.countOf('/auth/refresh') === 0) headers.set('authorization', 'Bearer spoilt');
    };
    const answers = await Promise.all(Array.from({ length: 10 }, () => read(made)));
    expect(answers.map(({ status }) => status)).toEqual(Array(10).fill(200));
    expect(rig.countOf('/auth/refresh')).toBe(1);
    expect(rig.countOf('/state')).toBe(20);
  });

  test('whose device was revoked is forgotten, on this computer too', async () => {
    const who = person();
    const made = await rig.session.enter(who);
    const other = createSessionRig();
    await other.session.enter({ ...who, how: 'login' });
    const { token } = await other.session.authorize(made);
    const devices = (await (await fetch(`${server.url}/api/v1/auth/devices`, { headers: { authorization: `Bearer ${token}` } })).json()) as { devices: { id: string; current: boolean }[] };
    const revoked = devices.devices.find(({ current }) => !current)!;
    await fetch(`${server.url}/api/v1/auth/devices/${revoked.id}`, { method: 'DELETE', headers: { authorization: `Bearer ${token}` } });
    const answer = await read(made);
    expect(answer.status).toBe(401);
    expect(await answer.json()).toMatchObject({ code: 'unauthenticated' });
    expect(await rig.secrets.get('session')).toBeNull();
    expect((await read(made)).status).toBe(401);
    expect(rig.countOf('/auth/refresh')).toBe(1);
    other.close();
  });

  test('whose refresh token was used elsewhere ends, and nothing is asked of the server again', async () => {
    const made = await rig.session.enter(person());
    const { refreshToken } = JSON.parse((await rig.secrets.get('session'))!) as { refreshToken: string };
    const next = await server.anonymous.send('POST', '/api/v1/auth/refresh', { refresh_token: refreshToken });
    await server.anonymous.send('POST', '/api/v1/auth/refresh', { refresh_token: next.body['refresh_token'] });
    rig.aheadMs = 16 * 60 * 1000;
    expect(await (await read(made)).json()).toMatchObject({ code: 'token_reused' });
    expect(await (await read(made)).json()).toMatchObject({ code: 'unauthenticated' });
    expect(rig.countOf('/auth/refresh')).toBe(1);
  });

  test('outlives a server that is away', async () => {
    const made = await rig.session.enter(person());
    rig.aheadMs = 16 * 60 * 1000;
    rig.meet = () => Promise.reject(new TypeError('fetch failed'));
    expect(await (await read(made)).json()).toMatchObject({ code: 'network' });
    rig.meet = () => undefined;
    expect((await read(made)).status).toBe(200);
  });

  test('that can’t be kept goes on until the program ends, and the author is told', async () => {
    rig.close();
    rig = createSessionRig(createTestKeychain({ encryptStringAsync: () => Promise.reject(new Error('locked')) }));
    const made = await rig.session.enter(person());
    expect((await read(made)).status).toBe(200);
    expect(rig.troubles).toMatchObject([{ message: expect.stringContaining('Sync goes on') }]);
  });
});

describe('leaving', () => {
  test('ends it here and on the server', async () => {
    const made = await rig.session.enter(person());
    const { refreshToken } = JSON.parse((await rig.secrets.get('session'))!) as { refreshToken: string };
    await rig.session.leave();
    expect((await read(made)).status).toBe(401);
    expect(await rig.secrets.get('session')).toBeNull();
    expect((await server.anonymous.send('POST', '/api/v1/auth/refresh', { refresh_token: refreshToken })).status).toBe(401);
  });

  test('ends it here where the server can’t be reached', async () => {
    const made = await rig.session.enter(person());
    rig.meet = () => Promise.reject(new TypeError('fetch failed'));
    await rig.session.leave();
    expect(await rig.secrets.get('session')).toBeNull();
    expect((await read(made)).status).toBe(401);
  });

  test('while it is renewed: what the server answers is nobody’s, and is ended there', async () => {
    const made = await rig.session.enter(person());
    rig.aheadMs = 16 * 60 * 1000;
    const held = { release: (): void => undefined };
    rig.meet = ({ url }) => (url.endsWith('/refresh') ? new Promise<void>((resolve) => (held.release = resolve)) : undefined);
    const asking = read(made);
    await vi.waitFor(() => expect(rig.countOf('/auth/refresh')).toBe(1));
    // The logout with the token that was there ends the family before its renewal comes.
    rig.meet = ({ url }) => (url.endsWith('/logout') ? Promise.reject(new TypeError('fetch failed')) : undefined);
    await rig.session.leave();
    rig.meet = () => undefined;
    held.release();
    expect((await asking).status).toBe(401);
    expect(await rig.secrets.get('session')).toBeNull();
    await vi.waitFor(() => expect(rig.countOf('/auth/logout')).toBe(2));
  });
});

describe('a window that starts', () => {
  test('with nobody signed in ends a sign-in that it never heard of, also one that is under way', async () => {
    const entering = rig.session.enter(person());
    const resumed = rig.session.resume(null);
    const made = await entering;
    await resumed;
    expect((await read(made)).status).toBe(401);
    expect(await rig.secrets.get('session')).toBeNull();
    await vi.waitFor(() => expect(rig.countOf('/auth/logout')).toBe(1));
  });

  test('with another account’s library gets nothing as this one', async () => {
    const before = await rig.session.enter(person());
    const other = await rig.session.enter(person());
    expect((await read(before)).status).toBe(401);
    expect((await rig.ask({ ...other, server: 'https://elsewhere.example.org' }, '/api/v1/state')).status).toBe(401);
    expect((await read(other)).status).toBe(200);
    await rig.session.resume(before);
    expect((await read(other)).status).toBe(401);
  });

  test('with this one’s goes on', async () => {
    const made = await rig.session.enter(person());
    rig.restart();
    await rig.session.resume(made);
    expect((await read(made)).status).toBe(200);
  });
});

test('errors are RectoErrors', async () => {
  await expect(rig.session.authorize({ server: server.url, userId: 'nobody' })).rejects.toBeInstanceOf(RectoError);
});

describe('a forgotten password', () => {
  const forgot = () => rig.session.requestReset({ server: server.url, email: 'ann@example.org' });

  test('is told to the server, which mails a link or says that it sends none', async () => {
    await expect(forgot()).rejects.toMatchObject({ code: 'not_found' });
    expect(rig.countOf('/auth/password-reset/request')).toBe(1);
  });

  test('is told to no server that the author does not want', async () => {
    rig.says = false;
    await expect(rig.session.requestReset({ server: 'https://elsewhere.example.org', email: 'ann@example.org' })).rejects.toMatchObject({ code: 'cancelled' });
    expect(rig.sent).toEqual([]);
  });
});
