// As much of NATS as a bell needs: its protocol over a WebSocket (docs.nats.io, “Client Protocol”), by hand. A library of NATS does the same.
import { createPrivateKey, sign } from 'node:crypto';

/** The Ed25519 key in a seed such as SU…: two bytes of prefix, 32 of key, two of checksum, in base32 (RFC 4648). */
function readSeed(seed) {
  let bits = '';
  for (const letter of seed.trim()) bits += 'ABCDEFGHIJKLMNOPQRSTUVWXYZ234567'.indexOf(letter).toString(2).padStart(5, '0');
  const bytes = Buffer.from(bits.match(/.{8}/g).map((byte) => Number.parseInt(byte, 2))).subarray(2, 34);
  // PKCS #8 around the key (RFC 8410).
  return createPrivateKey({ key: Buffer.concat([Buffer.from('302e020100300506032b657004220420', 'hex'), bytes]), format: 'der', type: 'pkcs8' });
}

/**
 * Listens for “there is work”. `describe` asks the server for a credential, which lives for minutes, so it is asked again whenever the
 * connection ends. Null: the server runs no NATS, or this Node has no WebSocket (it came with 22).
 */
export async function listenToNats(describe, signal) {
  // Where the server is away, its worker waits for it; whether it runs NATS is asked again then.
  const known = await describe().catch(() => undefined);
  if ((known && !known.nats) || !globalThis.WebSocket) return null;
  let open = false;
  let closed = false;
  let ring = () => {};
  let socket;

  const connect = ({ url, jwt, seed, subjects }) => new Promise((resolve) => {
    socket = new WebSocket(url);
    socket.binaryType = 'arraybuffer';
    socket.addEventListener('message', ({ data }) => {
      const text = typeof data === 'string' ? data : Buffer.from(data).toString();
      if (text.startsWith('INFO ')) {
        const { nonce } = JSON.parse(text.slice(5, text.indexOf('\r\n')));
        const sig = sign(null, Buffer.from(nonce), readSeed(seed)).toString('base64url');
        const hello = { verbose: false, pedantic: false, jwt, sig, name: 'reading-time', lang: 'javascript', version: '1', protocol: 1 };
        // In a queue group, so that each ring wakes one worker.
        socket.send(`CONNECT ${JSON.stringify(hello)}\r\nSUB ${subjects.work} workers 1\r\nPING\r\n`);
      }
      if (text.includes('PING\r\n')) socket.send('PONG\r\n');
      if (text.includes('PONG\r\n')) open = true;
      if (text.includes('MSG ')) ring();
      if (open) resolve();
    });
    socket.addEventListener('close', () => {
      open = false;
      ring();
      resolve();
      // Its credential has ended, or nats-server has: until there is another, the worker waits at the server's door.
      if (!closed) setTimeout(reconnect, 2000).unref();
    });
    socket.addEventListener('error', () => undefined);
  });
  const reconnect = () => {
    if (!closed) describe().then((info) => info.nats && connect(info.nats)).catch(() => setTimeout(reconnect, 10_000).unref());
  };
  if (known) await connect(known.nats);
  else reconnect();

  return {
    isOpen: () => open,
    /** Resolves when it rings; also now and then, for a ring may be lost. */
    next: () => new Promise((resolve) => {
      if (!open || signal.aborted) return resolve();
      const timer = setTimeout(resolve, 15_000);
      ring = () => (clearTimeout(timer), resolve());
      signal.addEventListener('abort', ring, { once: true });
    }),
    close: () => {
      closed = true;
      socket?.close();
    },
  };
}
