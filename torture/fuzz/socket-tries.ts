/** The socket of events: handshakes that are not, frames that RFC 6455 forbids, and messages that are no requests. */
import { randomBytes } from 'node:crypto';
import { EVENTS_PATH } from '#schemas/http.ts';
import type { Random } from '../random.ts';
import { shorten, type Try } from './judge.ts';
import { exchangeBytes } from './raw-connection.ts';
import { judgeRaw } from './raw-tries.ts';
import { soundMessages } from './sound-bodies.ts';
import { changeOne, damageBytes, makeBytes, makeValue } from './values.ts';
import type { World } from './world.ts';

export function makeSocket(world: World, random: Random): Try {
  const { access_token: token } = world.callers.stranger.session;
  const handshake = random.chance(0.1) ? damageBytes(random, makeHandshake(world, random)) : makeHandshake(world, random);
  const messages = soundMessages(random.chance(0.9) ? token : `${token}x`).map((message) => (random.chance(0.7) ? message : changeOne(random, message)));
  const frames = [...messages.map((message) => frame(JSON.stringify(message))), ...Array.from({ length: random.below(6) }, () => makeFrame(random))];
  const bytes = random.chance(0.2) ? [handshake, damageBytes(random, Buffer.concat(frames))] : [handshake, ...frames];
  return {
    shown: shorten(`socket ${JSON.stringify(Buffer.concat(bytes).toString('latin1'))}`),
    run: async () => judgeRaw(await exchangeBytes(world.url, [...bytes, frame(Buffer.from([3, 232]), { opcode: 8 })])),
  };
}

function makeHandshake({ url, callers }: World, random: Random): Buffer {
  const lines = [
    `GET ${random.chance(0.95) ? EVENTS_PATH : random.pick([`${EVENTS_PATH}/credentials`, '/', '/healthz', `${EVENTS_PATH}?token=x`])} HTTP/1.1`, `Host: ${new URL(url).host}`, 'Connection: Upgrade', 'Upgrade: websocket',
    `Sec-WebSocket-Version: ${random.chance(0.95) ? '13' : random.pick(['8', '99', 'x', ''])}`, `Sec-WebSocket-Key: ${random.chance(0.95) ? randomBytes(16).toString('base64') : random.pick(['', 'x', 'a'.repeat(100)])}`,
  ];
  if (random.chance(0.1)) lines.push(random.pick(['Sec-WebSocket-Extensions: permessage-deflate; server_max_window_bits=99', 'Sec-WebSocket-Extensions: ;;,', 'Sec-WebSocket-Protocol: a, a', 'Origin: http://evil.example', `Authorization: Bearer ${callers.nobody.session.access_token}`]));
  return Buffer.from([...lines, '', ''].join('\r\n'));
}

function makeFrame(random: Random): Buffer {
  const kind = random.below(8);
  if (kind === 0) return frame(makeBytes(random, random.below(200)));
  if (kind === 1) return frame(JSON.stringify(makeValue(random)));
  if (kind === 2) return frame('x'.repeat(random.below(70_000)));
  if (kind === 3) return frame(makeBytes(random, random.below(130)), { opcode: 8 + random.below(8) });
  if (kind === 4) return frame(makeBytes(random, random.below(4)), { opcode: 8 });
  if (kind === 5) return frame('{"type":"sync"}', { opcode: random.below(3), isFinal: false });
  if (kind === 6) return frame('{"type":"sync"}', { reserved: random.below(8), isMasked: random.chance(0.5) });
  // A length that no frame has, and that it doesn't have.
  return Buffer.concat([Buffer.from([0x81, 0xff]), makeBytes(random, 8), Buffer.from([0, 0, 0, 0])]);
}

/** A frame as in RFC 6455 §5.2, or what its options make of it. */
function frame(payload: string | Buffer, { opcode = 1, isFinal = true, isMasked = true, reserved = 0 } = {}): Buffer {
  const bytes = Buffer.from(payload);
  const mask = randomBytes(4);
  const flag = isMasked ? 0x80 : 0;
  const length = Buffer.alloc(bytes.length < 126 ? 1 : bytes.length < 65_536 ? 3 : 9);
  if (length.length === 1) length[0] = flag | bytes.length;
  else if (length.length === 3) {
    length[0] = flag | 126;
    length.writeUInt16BE(bytes.length, 1);
  } else {
    length[0] = flag | 127;
    length.writeBigUInt64BE(BigInt(bytes.length), 1);
  }
  const head = Buffer.from([(isFinal ? 0x80 : 0) | (reserved << 4) | opcode]);
  return isMasked ? Buffer.concat([head, length, mask, bytes.map((byte, index) => byte ^ mask[index % 4]!)]) : Buffer.concat([head, length, bytes]);
}
