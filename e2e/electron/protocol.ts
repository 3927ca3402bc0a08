/** The app's own scheme: real requests of the page come to the handler, and its answers stream back. */
import { createServer, type IncomingMessage, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import { Readable } from 'node:stream';
import { pipeline } from 'node:stream/promises';
import type { ReadableStream } from 'node:stream/web';
import type { Protocol } from 'electron';
import { appOrigin } from './app-origin.ts';
import { standIn } from './stand-in.ts';

type Handler = (request: Request) => Response | Promise<Response>;

const handlers = new Map<string, Handler>();
/** What a connection says of itself, which the app's scheme has not. */
const CONNECTION_HEADERS: ReadonlySet<string> = new Set(['host', 'connection', 'keep-alive', 'transfer-encoding', 'upgrade', 'upgrade-insecure-requests']);

export const protocol = standIn<Protocol>('protocol', {
  registerSchemesAsPrivileged(schemes) {
    for (const { scheme } of schemes) appOrigin.setScheme(scheme);
  },
  handle(scheme, handler) {
    if (handlers.has(scheme)) throw new Error(`The scheme ${scheme} is handled already`);
    appOrigin.setScheme(scheme);
    handlers.set(scheme, handler);
  },
  unhandle: (scheme) => void handlers.delete(scheme),
  isProtocolHandled: (scheme) => handlers.has(scheme),
});

/** Serves the scheme to Chromium. @returns the port on 127.0.0.1 */
export async function serveScheme(): Promise<number> {
  const server = createServer({ maxHeaderSize: 1_000_000 }, (incoming, outgoing) => void answer(incoming, outgoing));
  server.keepAliveTimeout = 0;
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  server.unref();
  return (server.address() as AddressInfo).port;
}

async function answer(incoming: IncomingMessage, outgoing: ServerResponse): Promise<void> {
  const handler = handlers.get(appOrigin.scheme ?? '');
  // As for a scheme that nobody handles: no answer.
  if (!handler) return void outgoing.destroy();
  let isGone = false;
  outgoing.once('close', () => (isGone = true));
  try {
    await send(await handler(readRequest(incoming)), outgoing);
  } catch (error) {
    if (!isGone) process.stderr.write(`protocol.handle: ${(error as Error).stack ?? String(error)}\n`);
    outgoing.destroy();
  }
}

/** As Electron makes it: nothing in it tells that the page gave up. The answer's body is cancelled then. */
function readRequest(incoming: IncomingMessage): Request {
  const headers = new Headers();
  for (const [name, value] of Object.entries(incoming.headers))
    if (!CONNECTION_HEADERS.has(name) && value !== undefined) headers.set(name, appOrigin.toApp(Array.isArray(value) ? value.join(', ') : value));
  const hasBody = incoming.method !== 'GET' && incoming.method !== 'HEAD';
  return new Request(appOrigin.toApp(`http://${incoming.headers.host}`) + incoming.url!, {
    method: incoming.method!,
    headers,
    ...(hasBody && { body: Readable.toWeb(incoming) as unknown as BodyInit, duplex: 'half' }),
  } as RequestInit);
}

async function send(response: Response, outgoing: ServerResponse): Promise<void> {
  if (response.type === 'error') return void outgoing.destroy();
  // Chromium caches nothing of a scheme of the app's own.
  outgoing.setHeader('cache-control', 'no-store');
  for (const [name, value] of response.headers) if (!CONNECTION_HEADERS.has(name)) outgoing.appendHeader(name, appOrigin.toChromium(value));
  outgoing.writeHead(response.status, response.statusText || undefined);
  outgoing.flushHeaders();
  if (response.body) await pipeline(Readable.fromWeb(response.body as ReadableStream), outgoing);
  else outgoing.end();
}
