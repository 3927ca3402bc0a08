import { execFileSync } from 'node:child_process';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, expect, it } from 'vitest';
import { openDatabase } from '../db/database.ts';
import { MAIN } from '../test-support/child-server.ts';
import { verifyPassword } from './passwords.ts';

let folder: string;
beforeAll(() => {
  folder = mkdtempSync(join(tmpdir(), 'recto-users-'));
});
afterAll(() => rmSync(folder, { recursive: true, force: true }));

const addUser = (args: string[], input = ''): string =>
  execFileSync(process.execPath, [MAIN, 'user', 'add', ...args], { env: { ...process.env, RECTO_DATA_DIR: folder }, input, encoding: 'utf8' });

it('takes the password on stdin, and prints none; makes an administrator of an account that is there, who keeps the password', async () => {
  expect(addUser(['Writer@example.org', '--password-stdin'], 'my own long password\n')).toBe('');
  expect(addUser(['writer@example.org', '--admin'])).toContain('administrator');
  const database = openDatabase(join(folder, 'recto.db'));
  const users = await database.query.selectFrom('users').selectAll().execute();
  await database.close();
  expect(users).toMatchObject([{ email: 'writer@example.org', admin: 1 }]);
  expect(await verifyPassword(users[0]!.password_hash, 'my own long password')).toBe(true);
});
