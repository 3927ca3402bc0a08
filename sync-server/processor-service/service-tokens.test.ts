import { mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, expect, it } from 'vitest';
import { openDatabase } from '../db/database.ts';
import { runMain } from '../test-support/child-server.ts';
import { createServiceTokens } from './service-tokens.ts';

let folder: string;
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'recto-tokens-'));
});
afterEach(() => rmSync(folder, { recursive: true, force: true }));

const token = (...args: string[]) => runMain(['token', ...args], { RECTO_DATA_DIR: folder });

it('token add prints the token alone, which opens its processor until it is revoked; the file knows its hash only', async () => {
  const added = await token('add', 'text-expansion');
  expect(added, added.stderr).toMatchObject({ code: 0, stdout: expect.stringMatching(/^recto-worker-[\w-]{43}\n$/) as string });
  const secret = added.stdout.trim();
  const [id = ''] = /[0-9a-f-]{36}/.exec(added.stderr) ?? [];
  expect((await token('list')).stdout).toMatch(new RegExp(`^${id}\ttext-expansion\tmade .*\tnever used\n$`));

  const database = openDatabase(join(folder, 'recto.db'));
  const tokens = createServiceTokens(database, () => Date.parse('2026-01-01T00:00:00Z'));
  expect(tokens.authenticateWorker(secret)).toEqual({ processorId: 'text-expansion', tokenId: id });
  await expect.poll(async () => (await tokens.list())[0]?.last_used_at).toBe('2026-01-01T00:00:00.000Z');
  for (const wrong of ['', secret.slice(0, -1), secret.toUpperCase(), 'recto-worker-']) {
    expect(() => tokens.authenticateWorker(wrong)).toThrowError(expect.objectContaining({ code: 'unauthenticated' }));
  }

  expect(await token('revoke', id)).toMatchObject({ code: 0, stdout: '' });
  expect(() => tokens.authenticateWorker(secret)).toThrowError(expect.objectContaining({ code: 'unauthenticated' }));
  await expect(tokens.revoke(id)).rejects.toMatchObject({ code: 'not_found' });
  database.sqlite.pragma('wal_checkpoint(TRUNCATE)');
  await database.close();
  expect(readFileSync(join(folder, 'recto.db'), 'latin1')).not.toContain(secret);
});

it('a token for a processor that is none is refused, and so is half a command', async () => {
  const [unknown, ...halves] = await Promise.all([['add', 'typewriter'], ['add'], ['revoke'], ['add', 'a', 'b'], ['shout']].map((args) => token(...args)));
  expect(unknown).toMatchObject({ code: 1, stdout: '', stderr: expect.stringMatching(/typewriter.*text-expansion/) as string });
  for (const half of halves) expect(half).toMatchObject({ code: 1, stderr: expect.stringContaining('Usage') as string });
});
