/** Somebody's server on this computer that nobody gave leave to: it notes whatever arrives, by whichever way. */
import { createSocket, type Socket } from 'node:dgram';
import { createServer, type Server } from 'node:http';
import type { AddressInfo, Socket as TcpSocket } from 'node:net';

export class ForeignServer {
  /** The first part of the path of each request, and `connection` or `datagram` for what was none. */
  readonly arrived = new Set<string>();
  /** What stood in `authorization`, of each request that had one. */
  readonly authorizations: string[] = [];
  readonly #http: Server;
  readonly #udp: Socket;
  readonly #sockets = new Set<TcpSocket>();
  #port = 0;

  constructor() {
    this.#http = createServer((request, response) => {
      const path = new URL(request.url ?? '/', 'http://foreign').pathname;
      this.#note(path);
      if (request.headers.authorization) this.authorizations.push(request.headers.authorization);
      // Whoever asks gets what it asks for: nothing but the page's own rules stands in the way.
      const type = path.endsWith('.html') ? 'text/html' : path.endsWith('.css') ? 'text/css' : path.endsWith('/models') ? 'application/json' : path.endsWith('.events') ? 'text/event-stream' : 'text/javascript';
      response.writeHead(200, { 'content-type': type, 'access-control-allow-origin': '*' });
      response.end(type === 'text/html' ? '<!doctype html><title>Elsewhere</title><h1>Elsewhere</h1>' : type === 'application/json' ? '{"data":[{"id":"a-model"}]}' : '');
    });
    this.#http.on('upgrade', (request, socket) => {
      this.#note(new URL(request.url ?? '/', 'http://foreign').pathname);
      socket.destroy();
    });
    // WebRTC speaks no HTTP to it, and some ways only connect.
    this.#http.on('clientError', (_error, socket) => {
      this.#note('/connection');
      socket.destroy();
    });
    this.#http.on('connection', (socket) => {
      this.#sockets.add(socket);
      socket.once('close', () => this.#sockets.delete(socket));
    });
    this.#udp = createSocket('udp4');
    this.#udp.on('message', () => this.#note('/datagram'));
  }

  #note(path: string): void {
    const [, name = ''] = path.split('/');
    // What a browser asks for by itself.
    if (name !== 'favicon.ico' && name !== 'plain.html') this.arrived.add(name.replace(/\.\w+$/, ''));
  }

  async start(): Promise<void> {
    await new Promise<void>((resolve) => this.#http.listen(0, '127.0.0.1', resolve));
    this.#port = (this.#http.address() as AddressInfo).port;
    await new Promise<void>((resolve) => this.#udp.bind(this.#port, '127.0.0.1', resolve));
  }

  /** `127.0.0.1:<port>` */
  get host(): string {
    return `127.0.0.1:${this.#port}`;
  }

  /** An ordinary page, of another origin than `http://<host>`. */
  get plainPage(): string {
    return `http://localhost:${this.#port}/plain.html`;
  }

  async stop(): Promise<void> {
    for (const socket of this.#sockets) socket.destroy();
    await Promise.all([new Promise((resolve) => this.#http.close(resolve)), new Promise<void>((resolve) => this.#udp.close(resolve))]);
  }
}
