/** What a window asks under app://recto/studio goes to the session's server with its token, and comes back without it. */
import { RectoError } from '#schemas/errors.ts';
import { ACCOUNT_HEADER, accountHeader, STUDIO_GATEWAY, type AccountName } from '#schemas/ipc.ts';
import { PROTOCOL_HEADER } from '#schemas/version.ts';
import { askServer } from './ask-server.ts';
import { isOpenToWindows } from './gateway-routes.ts';
import { createReplayableBody, type ReplayableBody } from './replayable-body.ts';
import type { Access, Session } from './session.ts';

export interface GatewayParts {
  session: Pick<Session, 'authorize' | 'renew'>;
  /** The same as the session's. */
  fetch: typeof fetch;
}

const REQUEST_HEADERS = ['accept', 'content-type', 'recto-connection', PROTOCOL_HEADER];
const RESPONSE_HEADERS = ['retry-after', PROTOCOL_HEADER];
/** Whatever a server answers, it is data: no page, no script, nothing to keep. */
const FIXED_HEADERS = { 'cache-control': 'no-store', 'content-security-policy': "default-src 'none'; sandbox", 'x-content-type-options': 'nosniff' };
const JSON_TYPE = /^application\/(?:[a-z-]+\+)?json(?:;|$)/i;
/** As much as the server takes of a push. */
const MAX_KEPT_BODY = 32 * 1024 * 1024;
const NO_BODY: ReadonlySet<number> = new Set([204, 205, 304]);

/**
 * Bodies are streamed both ways. A token that the server refuses is renewed once and the request sent again.
 * @returns the server's answer, or a problem: unauthenticated (no session of this account), not_found (no such route for
 * windows), network, protocol
 */
export function createStudioGateway(parts: GatewayParts): (request: Request) => Promise<Response> {
  return async (request) => {
    try {
      return await answer(parts, request);
    } catch (thrown) {
      return toResponse(RectoError.from(thrown, 'internal', 'Recto could not pass this on because of a fault of its own. What was saved is safe.'));
    }
  };
}

async function answer({ session, fetch: fetchFrom }: GatewayParts, request: Request): Promise<Response> {
  const { pathname, search } = new URL(request.url);
  const path = pathname.slice(STUDIO_GATEWAY.length);
  const account = readAccount(request.headers.get(ACCOUNT_HEADER));
  if (!pathname.startsWith(`${STUDIO_GATEWAY}/`) || !isOpenToWindows(request.method, path, search)) {
    throw new RectoError('not_found', 'There is nothing here that a window may ask for.');
  }
  // Where nothing says what it is there is none: a request that has no body may still come with an empty stream.
  const body = request.body && request.headers.has('content-type') ? createReplayableBody(request.body, MAX_KEPT_BODY) : null;
  const send = ({ server, token }: Access): Promise<Response> =>
    askServer(fetchFrom, server, path + search, {
      method: request.method,
      headers: { ...pickHeaders(request.headers, REQUEST_HEADERS), authorization: `Bearer ${token}` },
      ...(body && { body: body.stream() }),
      signal: request.signal,
    });
  try {
    return passOn(await sendTwiceAtMost(session, account, body, send));
  } finally {
    body?.end();
  }
}

async function sendTwiceAtMost(session: GatewayParts['session'], account: AccountName, body: ReplayableBody | null, send: (access: Access) => Promise<Response>): Promise<Response> {
  const access = await session.authorize(account);
  const response = await send(access);
  if (response.status !== 401) return response;
  await response.body?.cancel();
  const renewed = await session.renew(account, access.token);
  if (body && !body.isWhole) throw new RectoError('unavailable', 'The session was renewed while a large change was on its way. It is sent again.');
  return await send(renewed);
}

/** No form, link, image or page from elsewhere can send such a header. @throws RectoError unauthenticated */
function readAccount(header: string | null): AccountName {
  const [userId, server, ...rest] = (header ?? '').split(' ').map(decode);
  const account = { server: server ?? '', userId: userId ?? '' };
  if (rest.length > 0 || accountHeader(account) !== header) throw new RectoError('unauthenticated', 'This request names no account.');
  return account;
}

function decode(text: string): string {
  try {
    return decodeURIComponent(text);
  } catch (thrown) {
    if (thrown instanceof URIError) return '';
    throw thrown;
  }
}

function pickHeaders(headers: Headers, names: readonly string[]): Record<string, string> {
  return Object.fromEntries(names.flatMap((name) => (headers.has(name) ? [[name, headers.get(name)!]] : [])));
}

function passOn(response: Response): Response {
  const type = response.headers.get('content-type') ?? '';
  return new Response(NO_BODY.has(response.status) ? null : response.body, {
    status: response.status,
    headers: { ...pickHeaders(response.headers, RESPONSE_HEADERS), ...FIXED_HEADERS, 'content-type': JSON_TYPE.test(type) ? type : 'text/plain; charset=utf-8' },
  });
}

function toResponse(error: RectoError): Response {
  return new Response(JSON.stringify(error.toProblem()), { status: error.status, headers: { ...FIXED_HEADERS, 'content-type': 'application/problem+json' } });
}
