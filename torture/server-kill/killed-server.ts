import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { startChildServer, type ChildServer } from '#sync-server/test-support/child-server.ts';
import { createGate } from './gate.ts';

/** What came back of a request; null: the server was gone before it had answered. */
export interface Answer {
  status: number;
  body: Record<string, unknown>;
}

/** A server that is a process, with its data folder, that is killed and started again. */
export interface KilledServer {
  readonly dataDir: string;
  /** Requests that were under way when the server was killed. */
  readonly interrupted: number;
  /** One try. */
  send(method: string, path: string, body: unknown, token: string | null): Promise<Answer | null>;
  /** Resolves when so many more requests have been answered. */
  answers(count: number): Promise<void>;
  /** Resolves while there is a server. */
  back(): Promise<void>;
  /** Kills it. Resolves when so many have found that it is gone, and wait for it. */
  kill(waiting: number): Promise<void>;
  start(): Promise<void>;
  /** Ends it as its operator would. */
  stop(): Promise<void>;
  /** Nothing of it is left. */
  remove(): Promise<void>;
}

export function createKilledServer(env: Record<string, string>): KilledServer {
  const dataDir = mkdtempSync(join(tmpdir(), 'recto-kill-'));
  const gate = createGate();
  let child: ChildServer | undefined;
  let interrupted = 0;
  let answered = 0;
  let look = (): void => {};
  return {
    dataDir,
    get interrupted() {
      return interrupted;
    },
    send: async (method, path, body, token) => {
      try {
        const response = await fetch(`${child?.url ?? ''}${path}`, {
          method,
          headers: { ...(token !== null && { authorization: `Bearer ${token}` }), ...(body !== undefined && { 'content-type': 'application/json' }) },
          ...(body !== undefined && { body: JSON.stringify(body) }),
        });
        const text = await response.text();
        answered += 1;
        look();
        return { status: response.status, body: (text === '' ? {} : JSON.parse(text)) as Record<string, unknown> };
      } catch {
        // Whatever it is that fetch found: there was no whole answer.
        interrupted += 1;
        return null;
      }
    },
    answers: (count) =>
      new Promise((resolve) => {
        const enough = answered + count;
        look = () => {
          if (answered >= enough) resolve();
        };
        look();
      }),
    back: gate.pass,
    kill: async (waiting) => {
      gate.close();
      await child?.kill('SIGKILL');
      await gate.allWaiting(waiting);
    },
    start: async () => {
      child = await startChildServer({ RECTO_DATA_DIR: dataDir, RECTO_RATE_LIMIT: '100000000', ...env });
      gate.open();
    },
    stop: async () => {
      const ended = await child?.kill('SIGTERM');
      if (ended && (ended.code !== 0 || ended.stderr !== '')) throw new Error(`The server did not end cleanly (${ended.code}): ${ended.stderr}`);
    },
    remove: async () => {
      await child?.kill('SIGKILL');
      rmSync(dataDir, { recursive: true, force: true });
    },
  };
}
