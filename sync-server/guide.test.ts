/** The commands of docs/writing-a-processor.md, as they stand there, against a real server. */
import { execFile, spawnSync } from 'node:child_process';
import { readFileSync } from 'node:fs';
import { promisify } from 'node:util';
import { afterAll, beforeAll, expect, it } from 'vitest';
import { startTestServer, type TestServer } from './test-support/test-server.ts';
import { addToken } from './test-support/worker-client.ts';

const guide = readFileSync(new URL('../docs/writing-a-processor.md', import.meta.url), 'utf8');
const commands = [...guide.matchAll(/^```sh\n(.*?)^```$/gms)].map(([, block]) => block!);
const hasShell = process.platform !== 'win32' && spawnSync('curl', ['--version']).status === 0;

const run = promisify(execFile);

let server: TestServer;
beforeAll(async () => {
  server = await startTestServer();
});
afterAll(() => server.close());

it.skipIf(!hasShell)('its commands do what it says', async () => {
  const administrator = await server.signUpAdministrator();
  const author = await server.signUp();
  // The token can be made before the processor is registered; `token add` itself asks that it is.
  const TOKEN = await addToken(server, 'shouter');
  const env = { PATH: `${process.execPath.replace(/[^/]+$/, '')}:${process.env['PATH']}`, API: server.url, ADMIN: administrator.session.access_token, ACCESS_TOKEN: author.session.access_token, TOKEN };
  const { stdout, stderr } = await run('bash', ['--norc', '-euo', 'pipefail', '-c', commands.join('\n')], { env }).catch((failed: { stdout: string; stderr: string }) => failed);
  expect(stderr, stdout).toBe('');
  expect(stdout).toContain('"cancelled":false');
  expect(stdout).toMatch(/done\nSHIP AHOY!!!\s*$/);
});
