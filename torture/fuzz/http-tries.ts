/** Requests to every route: by anybody, with anybody's ids, with bodies and headers of every wrong kind. */
import { ROUTES, type RouteName } from '#schemas/http.ts';
import type { Random } from '../random.ts';
import { judgePush, judgeReply, shorten, type Try } from './judge.ts';
import { soundBlob, soundBodies } from './sound-bodies.ts';
import { changeOne, makeBytes, makeValue, makeWord } from './values.ts';
import type { World } from './world.ts';

const NO_IDS = ['text-expansion', 'book-compiler', 'text-input-v1', 'note-v1', 'none', '__proto__', 'constructor', '%00', '%ff', '%', '..%2f..', 'é', '*', '>', 'a.b', ' ', '%0d%0aX:%20y', 'x'.repeat(190), 'x'.repeat(300)];
const QUERIES = ['limit=1', 'limit=-1', 'limit=1e9', 'limit=', 'state=dead', 'state=x', 'id=a&id=b', 'id=poem-v1', 'name=%00', 'run_id=', 'run_id=a&run_id=b', 'blob_id=%27%20OR%201', '%', '__proto__=1', 'after=%ff', 'after=a', 'tag[]=a', 'epoch=a&seq=1', 'epoch=a', 'seq=99999999999999999999', 'version=1', 'version=x'];
const TYPES = ['application/json', 'application/json', 'application/json', 'application/json; charset=utf-16', 'application/yaml', 'text/plain', 'multipart/form-data; boundary=x', 'application/x-www-form-urlencoded', 'application/octet-stream', 'a/b;;', ''];
const names = Object.keys(ROUTES) as RouteName[];

export function makeRequest(world: World, random: Random): Try {
  const name = random.pick(names);
  const { method, path } = ROUTES[name];
  const role = random.pick(['stranger', 'stranger', 'administrator', 'worker', 'nobody'] as const);
  const address = fill(path, world, random);
  const body = method === 'GET' || method === 'DELETE' ? undefined : makeBody(name, world, random);
  const headers = makeHeaders(random, body !== undefined);
  return {
    shown: shorten(`${role}: ${method} ${address} ${JSON.stringify(headers)} ${String(body)}`),
    run: async () => judgeReply(await world.callers[role].send(method, address, body, headers)),
  };
}

function fill(path: string, { ids, author }: World, random: Random): string {
  const pick = (): string => (random.chance(0.6) ? random.pick(ids) : random.pick(NO_IDS));
  const filled = path.replaceAll(/:\w+/g, pick);
  const queries = Array.from({ length: random.chance(0.5) ? 0 : 1 + random.below(3) }, () => (random.chance(0.3) ? `${random.pick(['blob_id', 'parent_id', 'user_id', 'conversation_id', 'run_id', 'after', 'tag'])}=${random.pick([...ids, author.userId])}` : random.pick(QUERIES)));
  return queries.length > 0 ? `${filled}?${queries.join('&')}` : filled;
}

function makeBody(name: RouteName, { ids }: World, random: Random): string | Buffer | undefined {
  // What takes a job waits for one, for as long as it is asked to.
  if (name === 'takeJob') return JSON.stringify({ worker: 'x', wait_ms: 100, ...(random.chance(0.5) && { [makeWord(random)]: 1 }) });
  const kind = random.below(20);
  if (kind === 0) return undefined;
  if (kind === 1) return makeBytes(random, random.below(300));
  if (kind === 2) return makeWord(random);
  if (kind === 3) return `${'[{"a":'.repeat(1 + random.below(3000))}`;
  const sound = soundBodies(random.pick(ids))[name];
  const text = JSON.stringify(sound === undefined || kind < 7 ? makeValue(random) : random.chance(0.1) ? sound : changeOne(random, sound));
  return kind === 7 ? text.slice(0, random.below(text.length + 1)) : text;
}

function makeHeaders(random: Random, hasBody: boolean): Record<string, string> {
  const headers: Record<string, string> = hasBody ? { 'content-type': random.pick(TYPES) } : {};
  if (random.chance(0.8)) return headers;
  const more: [string, string][] = [
    ['content-encoding', random.pick(['gzip', 'br', 'x'])], ['recto-connection', random.pick(['a', 'x'.repeat(500), '__proto__'])], ['recto-protocol', random.pick(['0', '1', '-1', '1e9', 'x', '999999999'])], ['origin', random.pick(['null', 'http://evil.example', 'app://recto', 'https://'])],
    ['if-none-match', random.pick(['*', '"x"', 'W/"', ',,,'])], ['range', 'bytes=0-1,5-'], ['accept', 'text/html'], ['x-forwarded-for', '127.0.0.1'], ['x-http-method-override', 'DELETE'], ['accept-version', '9'], ['host', 'evil.example'],
  ];
  const [name, value] = random.pick(more);
  return { ...headers, [name]: value };
}

/** Pushes whose rows are wrong each in its own way, among sound ones. */
export function makePush(world: World, random: Random): Try {
  const { stranger } = world.callers;
  const rows = Array.from({ length: 1 + random.below(6) }, () => makeRow(world, random));
  return {
    shown: shorten(`push ${JSON.stringify(rows)}`),
    run: async () => judgePush(await stranger.send('POST', ROUTES.push.path, rows), rows, stranger.session.user_id),
  };
}

function makeRow({ ids, author }: World, random: Random): unknown {
  const id = random.chance(0.5) ? random.pick(ids) : `own-${random.below(20)}`;
  const blob = random.chance(0.3) ? soundBlob(id) : changeOne(random, soundBlob(id));
  const master = random.pick([null, null, soundBlob(id), { ...soundBlob(id), user_id: author.userId }, changeOne(random, soundBlob(id))]);
  const row = { assumed_master_state: master, new_document_state: blob };
  return random.chance(0.2) ? changeOne(random, row) : row;
}
