/**
 * What a window may ask of its account's server. The session itself (auth) is the program's, but for its list of devices and what only
 * the account's password opens. So would be the keys to its events on NATS: a window, which connects to nothing but the app, hears them through the program's socket. And a window can't say where
 * the server sends the author's text: what is injected into it would have it sent to itself.
 */
import { ROUTES } from '#schemas/http.ts';

/** An id as it stands in a path (schemas/wire/blob.json), and no name of a folder. */
const ID = String.raw`(?!\.{1,2}(?:/|$))(?:[A-Za-z0-9._-]|%3A){1,300}`;

const CLOSED = ['/api/v1/auth/', '/api/v1/ai/', '/api/v1/events/', '/api/v1/worker'];

const { listDevices, revokeDevice, changePassword, deleteAccount } = ROUTES;
/** None of them gives or takes a token. */
const ACCOUNT: readonly object[] = [listDevices, revokeDevice, changePassword, deleteAccount];

const OPEN_ROUTES = Object.values(ROUTES)
  .filter((route) => ACCOUNT.includes(route) || !CLOSED.some((closed) => route.path.startsWith(closed)))
  .map(({ method, path }) => ({ method, pattern: new RegExp(`^${path.replace(':id', ID)}$`) }));

const MAX_QUERY_LENGTH = 2000;

/** Whether the path, with no part of it decoded, is one of the API's that a window may use in this way. */
export function isOpenToWindows(method: string, path: string, query: string): boolean {
  return query.length <= MAX_QUERY_LENGTH && OPEN_ROUTES.some((route) => route.method === method && route.pattern.test(path));
}
