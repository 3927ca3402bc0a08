/** Access tokens that were tampered with, made up, or are something else. None opens anything of another's. */
import { createHmac } from 'node:crypto';
import { ROUTES } from '#schemas/http.ts';
import { createCaller } from '#sync-server/test-support/test-server.ts';
import type { Random } from '../random.ts';
import { judgeReply, shorten, type Try } from './judge.ts';
import { changeOne, damageBytes, makeBytes } from './values.ts';
import type { World } from './world.ts';

const encode = (value: unknown): string => Buffer.from(JSON.stringify(value)).toString('base64url');

export function makeToken(world: World, random: Random): Try {
  const { session } = world.callers.stranger;
  const token = forge(world, random);
  const { path } = random.pick([ROUTES.pull, ROUTES.listDevices, ROUTES.readState, ROUTES.listJobs, ROUTES.describeWork, ROUTES.readAiProvider]);
  const bodied = random.chance(0.3) ? random.pick([ROUTES.refresh, ROUTES.logout]) : null;
  return {
    shown: shorten(`token ${JSON.stringify(token)} at ${bodied?.path ?? path}`),
    run: async () => {
      if (bodied) {
        const reply = await world.callers.nobody.send('POST', bodied.path, { refresh_token: token });
        if (reply.status === 200) throw new Error(`a token that nobody was given opened a session: ${reply.text}`);
        return judgeReply(reply);
      }
      const reply = await createCaller(() => world.url, { ...session, access_token: token }).send('GET', path);
      // Of base64url, the last character's spare bits may be anything: the same token. Then it is its owner who is let in.
      if (reply.status === 200 && !isSameToken(token, session.access_token)) throw new Error(`a forged token was let in: ${reply.text.slice(0, 500)}`);
      return judgeReply(reply);
    },
  };
}

function isSameToken(left: string, right: string): boolean {
  const bytes = (token: string): string => token.split('.').map((part) => Buffer.from(part, 'base64url').toString('hex')).join('.');
  return bytes(left) === bytes(right);
}

/** Printable, so that it can be a header. */
function forge({ callers, author }: World, random: Random): string {
  const { access_token: token } = callers.stranger.session;
  const [head = '', payload = '', signature = ''] = token.split('.');
  const claims = JSON.parse(Buffer.from(payload, 'base64url').toString()) as Record<string, unknown>;
  const theirs = { ...claims, sub: author.userId, device: author.deviceId };
  const sign = (header: unknown, body: unknown, key: string | Buffer): string => {
    const text = `${encode(header)}.${encode(body)}`;
    return `${text}.${createHmac('sha256', key).update(text).digest('base64url')}`;
  };
  const key = random.pick<string | Buffer>(['', 'secret', 'recto', makeBytes(random, 32), Buffer.alloc(32)]);
  const kinds: (() => string)[] = [
    () => damageBytes(random, Buffer.from(token)).toString('base64url'),
    () => damageBytes(random, Buffer.from(token)).toString('latin1').replaceAll(/[^\w.~+/=-]/g, 'A'),
    () => `${head}.${encode(theirs)}.${signature}`,
    () => `${encode({ alg: 'none' })}.${encode(theirs)}.`,
    () => `${encode({ alg: random.pick(['none', 'None', 'HS512', 'RS256', 'ES256', 'HS256']) })}.${encode(theirs)}.${signature}`,
    () => sign({ alg: 'HS256' }, theirs, key),
    () => sign({ alg: 'HS256', kid: '../../dev/null', jwk: { kty: 'oct', k: '' }, jku: 'http://127.0.0.1:1/' }, theirs, key),
    () => sign({ alg: 'HS256', crit: ['b64'], b64: false }, theirs, key),
    () => sign(changeOne(random, { alg: 'HS256', typ: 'JWT' }), changeOne(random, theirs), key),
    () => `${head}.${payload}.`,
    () => `${head}.${payload}`,
    () => `${token}.${token}`,
    () => `recto-worker-${makeBytes(random, 32).toString('base64url')}`,
    () => callers.worker.session.access_token.slice(0, -1),
    () => 'a'.repeat(random.below(9000)),
    () => '.'.repeat(1 + random.below(8)),
  ];
  return random.pick(kinds)();
}
