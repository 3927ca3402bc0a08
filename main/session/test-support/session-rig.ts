/** A session on real secrets in a real file, with its gateway, over a network that a test can watch and spoil. */
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { RectoError } from '#schemas/errors.ts';
import { ACCOUNT_HEADER, accountHeader, type AccountName } from '#schemas/ipc.ts';
import { createSecretStore, type Keychain, type SecretStore } from '../../secrets/secret-store.ts';
import { createTestKeychain } from '../../secrets/test-support/test-keychain.ts';
import { createAllowedOrigins, type AuthorQuestion } from '../../security/allowed-origins.ts';
import { openSettings } from '../../settings.ts';
import { createStudioGateway } from '../gateway.ts';
import { createSession, type Session } from '../session.ts';

export interface SentRequest {
  method: string;
  url: string;
  headers: Headers;
}

export interface SessionRig {
  readonly folder: string;
  readonly session: Session;
  readonly secrets: SecretStore;
  readonly sent: SentRequest[];
  readonly asked: AuthorQuestion[];
  readonly troubles: RectoError[];
  /** What the author says to a question. */
  says: boolean;
  /** The computer's clock goes this much before the real one. */
  aheadMs: number;
  /** Looks at each request before it leaves: may change its headers, or throw as a network that is away. */
  meet: (request: SentRequest) => void | Promise<void>;
  /** The program ends and starts again: what is not kept is gone. */
  restart(): void;
  /** As the window asks. `path` follows /studio. */
  ask(account: AccountName, path: string, init?: RequestInit & { duplex?: 'half' }): Promise<Response>;
  /** Requests to a path of the API. */
  countOf(path: string): number;
  close(): void;
}

export function createSessionRig(keychain: Keychain = createTestKeychain()): SessionRig {
  const folder = mkdtempSync(join(tmpdir(), 'recto-session-'));
  const watchedFetch: typeof fetch = async (input, init) => {
    const request = { method: init?.method ?? 'GET', url: String(input), headers: new Headers(init?.headers) };
    rig.sent.push(request);
    await rig.meet(request);
    return await fetch(input, { ...init, headers: request.headers });
  };
  const start = () => {
    const secrets = createSecretStore({ safeStorage: keychain, file: join(folder, 'secrets.json'), onNotice: () => undefined });
    const allowedOrigins = createAllowedOrigins({ settings: openSettings(join(folder, 'settings.json')), askAuthor: async (question) => (rig.asked.push(question), rig.says) });
    const session = createSession({ secrets, fetch: watchedFetch, allowedOrigins, deviceName: 'Desk', now: () => Date.now() + rig.aheadMs, onTrouble: (error) => rig.troubles.push(error) });
    return { secrets, session, gateway: createStudioGateway({ session, fetch: watchedFetch }) };
  };
  const rig: SessionRig = {
    folder,
    get session() {
      return program.session;
    },
    get secrets() {
      return program.secrets;
    },
    sent: [],
    asked: [],
    troubles: [],
    says: true,
    aheadMs: 0,
    meet: () => undefined,
    restart: () => {
      program = start();
    },
    ask: (account, path, init = {}) => {
      const headers = new Headers(init.headers);
      if (!headers.has(ACCOUNT_HEADER)) headers.set(ACCOUNT_HEADER, accountHeader(account));
      return program.gateway(new Request(`app://recto/studio${path}`, { ...init, headers }));
    },
    countOf: (path) => rig.sent.filter(({ url }) => new URL(url).pathname.endsWith(path)).length,
    close: () => rmSync(folder, { recursive: true, force: true }),
  };
  let program = start();
  return rig;
}
