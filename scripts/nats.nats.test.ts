import { spawn, type ChildProcess } from 'node:child_process';
import { once } from 'node:events';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, expect, it } from 'vitest';
import { readNatsAccess } from '#sync-server/events/nats/nats-keys.ts';
import { connectToNats } from '#sync-server/events/nats/nats-link.ts';
import { findStayingPort } from '#sync-server/test-support/staying-port.ts';

let dataDir: string;
let ports: [number, number];
const running: ChildProcess[] = [];

beforeAll(async () => {
  dataDir = mkdtempSync(join(tmpdir(), 'recto-npm-nats-'));
  ports = [await findStayingPort(), await findStayingPort()];
});
afterAll(() => {
  for (const child of running) child.kill('SIGKILL');
  rmSync(dataDir, { recursive: true, force: true });
});

/** `npm run nats` with its output so far; `ready` resolves with it when that names the address, or when it has ended. */
function runNats(args: string[] = ['--port', String(ports[0]), '--tcp-port', String(ports[1])]) {
  const child = spawn(process.execPath, [join(import.meta.dirname, 'nats.ts'), ...args], { env: { ...process.env, RECTO_DATA_DIR: dataDir }, stdio: ['ignore', 'pipe', 'pipe'] });
  running.push(child);
  let output = '';
  const ended = once(child, 'close').then(([code]) => code as number);
  const ready = new Promise<string>((resolve) => {
    for (const stream of [child.stdout, child.stderr]) stream.on('data', (chunk) => {
      output += String(chunk);
      if (output.includes('RECTO_NATS_URL=')) resolve(output);
    });
    void ended.then(() => resolve(output));
  });
  return { child, ended, ready };
}

it('starts nats-server with keys that stay, says what to set, and ends when it is told to', async () => {
  const url = `ws://127.0.0.1:${ports[0]}`;
  const first = runNats();
  expect(await first.ready).toContain(`RECTO_NATS_URL=${url}`);
  const access = await readNatsAccess(join(dataDir, 'nats'));
  await (await connectToNats(url, access)).close();
  first.child.kill('SIGTERM');
  expect(await first.ended).toBe(0);

  const second = runNats();
  await second.ready;
  // With the keys of before.
  await (await connectToNats(url, access)).close();
  const third = runNats();
  expect(await third.ready).toMatch(/^nats-server did not start: .*address already in use\n$/);
  expect(await third.ended).toBe(1);
  second.child.kill('SIGINT');
  expect(await second.ended).toBe(0);
});

it('takes ports and nothing else', async () => {
  for (const args of [['--port', 'x'], ['--port', '70000'], ['--stream', 'BLOBS'], ['now']]) expect(await runNats(args).ended, args.join(' ')).toBe(2);
});
