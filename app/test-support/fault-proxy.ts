/** A bad network before a server: it drops, doubles, delays and cuts. */
import { createServer, request as sendRequest, type IncomingMessage, type ServerResponse } from 'node:http';
import { connect, type AddressInfo, type Socket } from 'node:net';

/** A repeated request comes so much after the first. */
const LATER_MS = 100;

/** What happens to one request. pass: nothing; drop-request: the server never sees it; drop-reply: it does, and the device hears nothing; twice: it comes two times; again-later: once more when the reply has long been there, after what was sent since. */
export type Fate = 'pass' | 'drop-request' | 'drop-reply' | 'twice' | 'again-later' | { status: number; body: unknown; headers?: Record<string, string> };

export interface FaultProxy {
  readonly url: string;
  /** Each request, as method and path. */
  readonly seen: string[];
  /** Decides over each request; what returns a promise is delayed. */
  decide: (path: string, body: string) => Fate | Promise<Fate>;
  /** Hears each reply of the server, also one that is dropped then; the device gets it when what this returns has resolved. */
  watch: (path: string, body: Buffer) => void | Promise<void>;
  /** The server: changes when it is started again. */
  target: string;
  /** No connection, until joined again. */
  cut(): void;
  join(): void;
  close(): Promise<void>;
}

export async function startFaultProxy(target: string): Promise<FaultProxy> {
  const sockets = new Set<Socket>();
  const state = { isCut: false };
  const server = createServer((request, response) => void handle(request, response).catch(() => response.destroy()));
  const proxy: FaultProxy = {
    url: '',
    seen: [],
    decide: () => 'pass',
    watch: () => undefined,
    target,
    cut: () => {
      state.isCut = true;
      for (const socket of sockets) socket.destroy();
    },
    join: () => {
      state.isCut = false;
    },
    close: async () => {
      for (const socket of sockets) socket.destroy();
      await new Promise((resolve) => server.close(resolve));
    },
  };

  async function handle(request: IncomingMessage, response: ServerResponse): Promise<void> {
    const chunks: Buffer[] = [];
    for await (const chunk of request) chunks.push(chunk as Buffer);
    const body = Buffer.concat(chunks);
    const path = `${request.method} ${request.url ?? ''}`;
    proxy.seen.push(path);
    const fate = await proxy.decide(path, body.toString());
    if (fate === 'drop-request') return void response.destroy();
    if (typeof fate === 'object') return void response.writeHead(fate.status, { 'content-type': 'application/json', ...fate.headers }).end(JSON.stringify(fate.body));
    if (fate === 'twice') await forward(proxy.target, request, body);
    const answer = await forward(proxy.target, request, body);
    await proxy.watch(path, answer.body);
    if (fate === 'again-later') setTimeout(() => void forward(proxy.target, request, body).catch(() => undefined), LATER_MS);
    if (fate === 'drop-reply') return void response.destroy();
    response.writeHead(answer.status, answer.headers).end(answer.body);
  }

  server.on('connection', (socket) => {
    if (state.isCut) return void socket.destroy();
    sockets.add(socket);
    socket.on('error', () => undefined);
    socket.on('close', () => sockets.delete(socket));
  });
  server.on('upgrade', (request: IncomingMessage, socket: Socket) => {
    const { hostname, port } = new URL(proxy.target);
    const upstream = connect(Number(port), hostname, () => {
      const headers = Object.entries(request.headers).map(([name, value]) => `${name}: ${String(value)}\r\n`);
      upstream.write(`GET ${request.url ?? '/'} HTTP/1.1\r\n${headers.join('')}\r\n`);
      upstream.pipe(socket);
      socket.pipe(upstream);
    });
    upstream.on('error', () => socket.destroy());
    upstream.on('close', () => socket.destroy());
    socket.on('close', () => upstream.destroy());
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  return Object.assign(proxy, { url: `http://127.0.0.1:${(server.address() as AddressInfo).port}` });
}

function forward(target: string, request: IncomingMessage, body: Buffer): Promise<{ status: number; headers: IncomingMessage['headers']; body: Buffer }> {
  return new Promise((resolve, reject) => {
    const upstream = sendRequest(`${target}${request.url ?? ''}`, { method: request.method, headers: { ...request.headers, connection: 'close' } }, (answer) => {
      const chunks: Buffer[] = [];
      answer.on('data', (chunk: Buffer) => chunks.push(chunk));
      answer.on('end', () => {
        const { 'transfer-encoding': _coding, connection: _connection, ...headers } = answer.headers;
        resolve({ status: answer.statusCode ?? 502, headers: { ...headers, 'content-length': String(Buffer.concat(chunks).length) }, body: Buffer.concat(chunks) });
      });
      answer.on('error', reject);
    });
    upstream.on('error', reject);
    upstream.end(body);
  });
}
