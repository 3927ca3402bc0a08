/** What is not quite HTTP: bytes of a request changed, lengths that lie, requests one in another. */
import { ROUTES } from '#schemas/http.ts';
import type { Random } from '../random.ts';
import { expectNoSecret, shorten, type Outcome, type Try } from './judge.ts';
import { exchangeBytes } from './raw-connection.ts';
import { soundBlob } from './sound-bodies.ts';
import { damageBytes, makeBytes, makeWord } from './values.ts';
import type { World } from './world.ts';

export function makeRaw(world: World, random: Random): Try {
  const bytes = makeRequestBytes(world, random);
  return {
    shown: shorten(`bytes ${JSON.stringify(bytes.toString('latin1'))}`),
    run: async () => judgeRaw(await exchangeBytes(world.url, [bytes])),
  };
}

/** @throws Error for a failure of the server's in any of the answers that came on the connection */
export function judgeRaw(answer: string): Outcome {
  expectNoSecret(answer);
  if (/^HTTP\/1\.\d 5(?!03 )\d\d /m.test(answer)) throw new Error(answer.slice(0, 1000));
  if (answer !== '' && !answer.startsWith('HTTP/1.1 ')) throw new Error(`no HTTP: ${answer.slice(0, 300)}`);
  return /^HTTP\/1\.1 [123]/.test(answer) ? 'done' : 'refused';
}

function makeRequestBytes({ url, callers, ids }: World, random: Random): Buffer {
  const { access_token: token } = callers.stranger.session;
  const id = random.pick(ids);
  const body = JSON.stringify([{ assumed_master_state: null, new_document_state: soundBlob(`raw-${random.below(50)}`) }]);
  const head = (lines: readonly string[], method = 'POST', path: string = ROUTES.push.path): string =>
    [`${method} ${path} HTTP/1.1`, `Host: ${new URL(url).host}`, `Authorization: Bearer ${token}`, 'Content-Type: application/json', ...lines, '', ''].join('\r\n');
  const length = `Content-Length: ${Buffer.byteLength(body)}`;
  const chunk = `${Buffer.byteLength(body).toString(16)}\r\n${body}\r\n0\r\n\r\n`;
  const inner = head([], 'GET', ROUTES.readBlob.path.replace(':id', id));
  const kinds: (() => string)[] = [
    () => head([length]) + body,
    () => head(['Transfer-Encoding: chunked']) + chunk,
    () => head([length, 'Transfer-Encoding: chunked']) + chunk + inner,
    () => head([length, `Content-Length: ${random.below(5)}`]) + body,
    () => head([`Content-Length: ${random.pick(['-1', '0x10', '1e3', '99999999999999999999', '', '+5', '5 5'])}`]) + body,
    () => head([`Transfer-Encoding: ${random.pick(['chunked, chunked', 'identity', 'gzip', ' chunked', 'xchunked'])}`]) + chunk,
    () => head(['Transfer-Encoding: chunked']) + random.pick(['zz\r\n', '-1\r\n', 'ffffffffffffffff\r\n', '5;x=y\r\nhello\r\n', '1\r\n\r\n\r\n']),
    () => head(['Expect: 100-continue', length]) + body,
    () => head([`Expect: ${makeWord(random).replaceAll(/[^\w]/g, 'x')}`, length]) + body,
    () => inner.repeat(1 + random.below(20)),
    () => `${head([length]) + body}${makeBytes(random, random.below(100)).toString('latin1')}`,
    () => head([`X-${'a'.repeat(random.below(20_000))}: b`]),
    () => head(Array.from({ length: random.below(3000) }, (_, index) => `X-${index}: a`), 'GET'),
    () => head([' folded: line', 'no colon', `nul: ${'\u0000'}`], 'GET'),
    () => inner.replaceAll('\r\n', '\n'),
    () => inner.replace('HTTP/1.1', random.pick(['HTTP/1.0', 'HTTP/0.9', 'HTTP/2.0', 'HTTP/9.9', 'ICY/1.0', ''])),
    () => inner.replace('GET', random.pick(['HEAD', 'OPTIONS', 'TRACE', 'CONNECT', 'PATCH', 'PROPFIND', 'get', 'FOO', 'PRI', 'QUERY'])),
    () => inner.replace(/^GET \S+/, `GET ${random.pick(['*', '//', 'http://evil.example/', `/${'a'.repeat(9000)}`, '/%', '/\u00ff', '/?', '/..;/', '/api/v1/events', '/../../../../etc/passwd', '/assets/..%2f..%2f..%2fetc%2fpasswd', '\\'])}`),
    () => inner.replace(/Host: [^\r]*/, random.pick(['Host: ', 'Host: a b', 'Host: evil.example', 'X: y', 'Host: [::1', 'Host: a\r\nHost: b'])),
    () => head(['Connection: Upgrade', 'Upgrade: h2c', 'HTTP2-Settings: AAAA'], 'GET', '/'),
    () => 'PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n',
    () => '\u0016\u0003\u0001\u0002\u0000\u0001',
  ];
  const bytes = Buffer.from(random.pick(kinds)(), 'latin1');
  return random.chance(0.5) ? damageBytes(random, bytes) : bytes;
}
