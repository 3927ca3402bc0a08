import { createHash } from 'node:crypto';
import type { FastifyInstance, FastifyRequest } from 'fastify';
import { ROUTES, type RouteName } from '#schemas/http.ts';
import type { ErrorCode } from '#schemas/errors.ts';
import { normalizeEmail } from '../accounts/accounts.ts';

export interface SecurityLogOptions {
  /** Gets a line of JSON. */
  write(line: string): void;
  /** Milliseconds since the epoch. */
  now(): number;
}

declare module 'fastify' {
  interface FastifyRequest {
    /** Why it was refused. */
    refusal: ErrorCode | null;
  }
}

/** What is told of however it ended. A renewal is none of them: a device makes one every quarter of an hour. */
const TOLD: readonly RouteName[] = ['register', 'login', 'logout', 'revokeDevice', 'changePassword', 'requestPasswordReset', 'resetPassword', 'deleteAccount'];
const NAMES = new Map<string, RouteName>(TOLD.map((name) => [`${ROUTES[name].method} ${ROUTES[name].path}`, name]));
/** What is told of wherever it happens. A token that is too old is no attempt at anything. */
const REFUSALS: ReadonlySet<ErrorCode> = new Set<ErrorCode>(['unauthenticated', 'token_reused', 'forbidden', 'origin_refused', 'rate_limited', 'too_large', 'upgrade_required']);

const WINDOW_MS = 10_000;
const MAX_LINES = 500;

/**
 * Tells, a line of JSON each, who came in, who was refused and where, for whoever watches over the server. No line holds an email, a
 * password, a token or a text: an account that was tried is named by a hash of its email, so that attempts on one can be counted.
 */
export function addSecurityLog(app: FastifyInstance, { write, now }: SecurityLogOptions): void {
  const room = createRoom(now, (omitted) => write(JSON.stringify({ time: new Date(now()).toISOString(), event: 'lines_omitted', count: omitted })));
  app.addHook('onResponse', async (request, reply) => {
    const route = `${request.method} ${request.routeOptions.url ?? ''}`;
    const name = NAMES.get(route);
    const { refusal } = request;
    if (!name && (refusal === null || !REFUSALS.has(refusal))) return;
    if (!room()) return;
    write(JSON.stringify({
      time: new Date(now()).toISOString(),
      event: name ?? 'refused',
      ...(!name && { route }),
      status: reply.statusCode,
      ...(refusal !== null && { code: refusal }),
      address: request.ip,
      ...(request.identity && { user_id: request.identity.userId, device_id: request.identity.deviceId }),
      ...accountOf(request),
    }));
  });
}

function accountOf({ body }: FastifyRequest): { account?: string } {
  const email = typeof body === 'object' && body !== null && 'email' in body ? body.email : undefined;
  return typeof email === 'string' ? { account: createHash('sha256').update(normalizeEmail(email)).digest('base64url').slice(0, 16) } : {};
}

/** A flood of attempts must not fill the disk: of each window so many lines are written, and how many were not. */
function createRoom(now: () => number, tell: (omitted: number) => void): () => boolean {
  let window = { endsAt: 0, lines: 0 };
  return () => {
    if (now() >= window.endsAt) {
      if (window.lines > MAX_LINES) tell(window.lines - MAX_LINES);
      window = { endsAt: now() + WINDOW_MS, lines: 0 };
    }
    window.lines += 1;
    return window.lines <= MAX_LINES;
  };
}
