/** What a server says of who comes and goes, as it stands on its stdout. */
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, expect, it } from 'vitest';
import { ROUTES } from '#schemas/http.ts';
import { startChildServer, type ChildServer } from '../test-support/child-server.ts';
import { createCaller, createStranger, startTestServer } from '../test-support/test-server.ts';

const PASSWORD = 'a long walk by the sea';
const EMAIL = 'ann@example.org';
const TEXT = 'Nobody swam in the lake that summer.';
let folder: string;
let child: ChildServer;

beforeEach(async () => {
  folder = mkdtempSync(join(tmpdir(), 'recto-log-'));
  child = await startChildServer({ RECTO_DATA_DIR: folder, RECTO_SECURITY_LOG: 'true' });
});
afterEach(async () => {
  await child.kill('SIGKILL');
  rmSync(folder, { recursive: true, force: true });
});

it('tells who came in and who was refused, by whom and when, and holds no email, password, token, link or text', async () => {
  const anonymous = createStranger(() => child.url);
  const registered = await anonymous.send('POST', ROUTES.register.path, { email: EMAIL, password: PASSWORD });
  const author = createCaller(() => child.url, registered.body as never);
  const guess = 'a guess of somebody else';
  await anonymous.send('POST', ROUTES.login.path, { email: EMAIL, password: guess });
  await anonymous.send('POST', ROUTES.resetPassword.path, { token: 'a-link-that-was-made-up', password: PASSWORD });
  await author.send('POST', ROUTES.createBlob.path, { id: 'b', processor_id: 'user-input', schema_id: 'note-v1', data: { content: TEXT } });
  await author.send('POST', ROUTES.registerSchema.path, {});
  await anonymous.send('GET', `${ROUTES.listBlobs.path}?tag=a-secret-tag`, undefined, { authorization: 'Bearer x.y.z' });
  await author.send('POST', ROUTES.changePassword.path, { current_password: PASSWORD, new_password: 'a longer walk by the lake' });
  await author.send('POST', ROUTES.deleteAccount.path, { password: 'a longer walk by the lake' });
  const { stdout, stderr } = await child.kill('SIGTERM');

  const lines = stdout.split('\n').filter((line) => line.startsWith('{')).map((line) => JSON.parse(line) as Record<string, unknown>);
  const { user_id: userId } = author.session;
  expect(lines.map(({ time, address, device_id: _device, account, ...rest }) => ({ ...rest, account: account !== undefined, isWhole: !Number.isNaN(Date.parse(String(time))) && address === '127.0.0.1' }))).toEqual([
    { event: 'register', status: 201, account: true, isWhole: true },
    { event: 'login', status: 401, code: 'wrong_credentials', account: true, isWhole: true },
    { event: 'resetPassword', status: 410, code: 'link_invalid', account: false, isWhole: true },
    { event: 'refused', route: 'POST /api/v1/schemas', status: 403, code: 'forbidden', user_id: userId, account: false, isWhole: true },
    { event: 'refused', route: 'GET /api/v1/blobs', status: 401, code: 'unauthenticated', account: false, isWhole: true },
    { event: 'changePassword', status: 204, user_id: userId, account: false, isWhole: true },
    { event: 'deleteAccount', status: 200, user_id: userId, account: false, isWhole: true },
  ]);
  expect(lines[0]!['account']).toBe(lines[1]!['account']);
  const secrets = [EMAIL, PASSWORD, guess, TEXT, 'a-link-that', 'a-secret-tag', 'x.y.z', author.session.access_token, author.session.refresh_token];
  expect(secrets.filter((secret) => (stdout + stderr).includes(secret))).toEqual([]);
});

it('names the author’s address, not the proxy’s, where the proxy is one that was named; nobody else can make one up', async () => {
  const guess = (server: { anonymous: ReturnType<typeof createStranger> }, from: string) =>
    server.anonymous.send('POST', ROUTES.login.path, { email: EMAIL, password: 'a wrong password' }, { 'x-forwarded-for': from });
  const [trusting, plain] = [await startTestServer({ workers: 'none', trustedProxies: ['loopback'] }), await startTestServer({ workers: 'none' })];
  for (let attempt = 0; attempt < 10; attempt += 1) for (const server of [trusting, plain]) expect((await guess(server, '198.51.100.7')).status).toBe(401);
  expect((await guess(trusting, '198.51.100.7')).status).toBe(429);
  // Another author, by the same proxy, is not held up.
  expect((await guess(trusting, '198.51.100.8')).status).toBe(401);
  expect((await guess(plain, '198.51.100.8')).status).toBe(429);
  await Promise.all([trusting.close(), plain.close()]);
});
