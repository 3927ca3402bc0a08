/** What an operator does about accounts, beside a server that runs. */
import { mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { ROUTES } from '#schemas/http.ts';
import { inviteCommand, resetCommand, signOutCommand } from './link-commands.ts';
import { runMain, startChildServer, type ChildServer } from '../test-support/child-server.ts';
import { createCaller, createStranger } from '../test-support/test-server.ts';

const PASSWORD = 'a long walk by the sea';
let folder: string;
let env: Record<string, string>;
let child: ChildServer;

beforeAll(async () => {
  folder = mkdtempSync(join(tmpdir(), 'recto-links-'));
  env = { RECTO_DATA_DIR: folder, RECTO_OPEN_REGISTRATION: 'false', RECTO_PUBLIC_URL: 'https://write.example.org/' };
  child = await startChildServer(env);
});
afterAll(async () => {
  await child.kill('SIGKILL');
  rmSync(folder, { recursive: true, force: true });
});

const anonymous = createStranger(() => child.url);
const register = (email: string, invitation?: string) => anonymous.send('POST', ROUTES.register.path, { email, password: PASSWORD, ...(invitation && { invitation }) });
/** The token of the link that a command prints, alone on a line. */
async function linkOf(what: 'join' | 'reset', args: readonly string[]): Promise<string> {
  const { code, stdout, stderr } = await runMain(args, env);
  expect({ code, stderr }).toEqual({ code: 0, stderr: expect.stringContaining('once') });
  const [, token] = new RegExp(`^https://write\\.example\\.org/#/${what}/([\\w-]{43})\\n$`).exec(stdout) ?? [];
  return token!;
}

describe('a server that is closed', () => {
  it('takes who is invited, once, and nobody else', async () => {
    expect((await register('a@example.org')).body).toMatchObject({ status: 403, code: 'registration_closed' });
    expect((await register('a@example.org', 'made up')).body).toMatchObject({ status: 410, code: 'link_invalid' });
    const token = await linkOf('join', ['invite']);
    expect(readFileSync(join(folder, 'recto.db')).includes(token)).toBe(false);
    const replies = await Promise.all([register('a@example.org', token), register('b@example.org', token)]);
    expect(replies.map(({ status }) => status).toSorted()).toEqual([201, 410]);
    // Nothing is left of the one who came second.
    const second = replies[0]!.status === 410 ? 'a@example.org' : 'b@example.org';
    expect((await anonymous.send('POST', ROUTES.login.path, { email: second, password: PASSWORD })).status).toBe(401);
  });

  it('takes by an invitation to an email that email alone', async () => {
    const token = await linkOf('join', ['invite', 'Ann@example.org']);
    expect((await register('eve@example.org', token)).body).toMatchObject({ status: 410, errors: [{ path: '/email' }] });
    expect((await register('ann@EXAMPLE.org', token)).status).toBe(201);
    const again = await runMain(['invite', 'ann@example.org'], env);
    expect(again).toMatchObject({ code: 1, stdout: '', stderr: expect.stringContaining('user reset') });
  });
});

it('an operator gives a link for a new password, and never sees the password', async () => {
  const author = createCaller(() => child.url, (await register('bea@example.org', await linkOf('join', ['invite']))).body as never);
  const token = await linkOf('reset', ['user', 'reset', 'Bea@example.org']);
  expect((await anonymous.send('POST', ROUTES.resetPassword.path, { token, password: 'another one, longer still' })).body).toEqual({ email: 'bea@example.org' });
  expect((await author.send('GET', ROUTES.readState.path)).status).toBe(401);
  expect(await runMain(['user', 'reset', 'nobody@example.org'], env)).toMatchObject({ code: 1, stdout: '' });
});

it('an operator signs all devices of an account out', async () => {
  const author = createCaller(() => child.url, (await register('cis@example.org', await linkOf('join', ['invite']))).body as never);
  expect(await runMain(['user', 'sign-out', 'cis@example.org'], env)).toMatchObject({ code: 0, stderr: expect.stringContaining('1 device.') });
  expect((await author.send('GET', ROUTES.readState.path)).status).toBe(401);
});

it('a command that is none is answered with those that are', async () => {
  const { code, stdout, stderr } = await runMain(['user', 'toString'], env);
  expect({ code, stdout }).toEqual({ code: 1, stdout: '' });
  expect(stderr).toMatch(/^Usage:/);
});

it('a command with too little, too much or no email says what it takes', async () => {
  const settings = { databaseFile: join(folder, 'recto.db'), publicUrl: 'https://write.example.org', openRegistration: false };
  for (const [command, args] of [[inviteCommand, ['a@example.org', 'b@example.org']], [resetCommand, []], [signOutCommand, []]] as const) await expect(command(settings, args, 'the usage')).rejects.toMatchObject({ code: 'configuration', message: 'the usage' });
  await expect(inviteCommand(settings, ['nobody'], 'the usage')).rejects.toMatchObject({ message: expect.stringContaining('not an email') });
});
