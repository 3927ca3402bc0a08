import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { AuthSession } from '#schemas/generated/types.ts';
import { openDatabase } from '../db/database.ts';
import { startServer, type ServerParts } from '../server.ts';
import { readSettings, type ServerSettings } from '../settings.ts';

export interface Reply {
  status: number;
  headers: Headers;
  /** The parsed body; for an answer without one, null. */
  body: Record<string, unknown>;
  text: string;
}

/** One who sends requests, as nobody or with an access token. */
export interface Caller {
  session: AuthSession;
  send(method: string, path: string, body?: unknown, headers?: Record<string, string>): Promise<Reply>;
}

export interface TestServer {
  readonly url: string;
  readonly dataDir: string;
  /** Stops it and starts it again on its data folder. */
  restart(): Promise<void>;
  close(): Promise<void>;
  /** A new account, signed in. */
  signUp(email?: string): Promise<Caller>;
  /** A new account that may register schemas and processors. */
  signUpAdministrator(): Promise<Caller>;
  anonymous: Caller;
}

let accounts = 0;

/** A real server on a free port, with a data folder of its own. */
export async function startTestServer(overrides: Partial<ServerSettings> = {}, parts: ServerParts = {}): Promise<TestServer> {
  const dataDir = mkdtempSync(join(tmpdir(), 'recto-server-'));
  const settings = { ...readSettings({ RECTO_DATA_DIR: dataDir, RECTO_PORT: '0' }), ...overrides };
  let running = await startServer(settings, parts);
  const urlOf = (): string => running.url;
  const signUp: TestServer['signUp'] = async (email = `author${(accounts += 1)}@example.org`) => {
    const reply = await send(urlOf, null)('POST', '/api/v1/auth/register', { email, password: 'a long enough password', device_name: 'Test' });
    if (reply.status !== 201) throw new Error(`sign-up: ${reply.text}`);
    return createCaller(urlOf, reply.body as unknown as AuthSession);
  };
  return {
    get url() {
      return running.url;
    },
    dataDir,
    restart: async () => {
      await running.close();
      running = await startServer(settings, parts);
    },
    close: async () => {
      await running.close();
      rmSync(dataDir, { recursive: true, force: true });
    },
    signUp,
    signUpAdministrator: async () => {
      const administrator = await signUp();
      // As `user add --admin` does beside a running server.
      const database = openDatabase(settings.databaseFile);
      await database.query.updateTable('users').set({ admin: 1 }).where('id', '=', administrator.session.user_id).execute();
      await database.close();
      return administrator;
    },
    anonymous: createStranger(urlOf),
  };
}

export function createCaller(url: () => string, session: AuthSession): Caller {
  return { session, send: send(url, session.access_token) };
}

/** One who isn't signed in. */
export function createStranger(url: () => string): Caller {
  return { session: { user_id: '', access_token: '', refresh_token: '', expires_in: 0 }, send: send(url, null) };
}

function send(url: () => string, token: string | null): Caller['send'] {
  return async (method, path, body, headers = {}) => {
    const isText = typeof body === 'string' || body instanceof Uint8Array;
    const response = await fetch(url() + path, {
      method,
      headers: { ...(token !== null && { authorization: `Bearer ${token}` }), ...(body !== undefined && { 'content-type': 'application/json' }), ...headers },
      ...(body !== undefined && { body: isText ? (body as string) : JSON.stringify(body) }),
    });
    const text = await response.text();
    return { status: response.status, headers: response.headers, text, body: parse(text) };
  };
}

function parse(text: string): Record<string, unknown> {
  try {
    return JSON.parse(text) as Record<string, unknown>;
  } catch {
    return {};
  }
}
