/** A client of Chromium's DevTools protocol: one socket to the browser, a session for each page. */
import { EventEmitter } from 'node:events';
import type { CDPSession } from 'playwright-core';
import { WebSocket } from 'ws';

interface Answer {
  id?: number;
  sessionId?: string;
  method?: string;
  params?: unknown;
  result?: unknown;
  error?: { message: string };
}

interface Waiting {
  method: string;
  resolve(result: unknown): void;
  reject(error: Error): void;
  sessionId: string | undefined;
}

/** The browser's own session (no id) or that of one page; commands and events are typed by Playwright's protocol types. */
export class CdpSession {
  readonly #connection: CdpConnection;
  readonly #id: string | undefined;
  readonly events = new EventEmitter().setMaxListeners(0);

  constructor(connection: CdpConnection, id?: string) {
    this.#connection = connection;
    this.#id = id;
  }

  readonly send = ((method: string, params?: object) => this.#connection.send(method, params, this.#id)) as CDPSession['send'];

  readonly on = ((event: string, listener: (params: unknown) => void) => this.events.on(event, listener)) as unknown as CDPSession['on'];
}

export class CdpConnection {
  readonly #socket: WebSocket;
  readonly #waiting = new Map<number, Waiting>();
  readonly #sessions = new Map<string, CdpSession>();
  readonly browser = new CdpSession(this);
  #lastId = 0;

  private constructor(socket: WebSocket) {
    this.#socket = socket;
    socket.on('message', (data: Buffer) => this.#receive(JSON.parse(data.toString()) as Answer));
    socket.on('close', () => this.#failAll(() => true, 'Chromium has gone'));
  }

  static async connect(endpoint: string): Promise<CdpConnection> {
    const socket = new WebSocket(endpoint, { perMessageDeflate: false, maxPayload: 0 });
    await new Promise<void>((resolve, reject) => socket.once('open', resolve).once('error', reject));
    return new CdpConnection(socket);
  }

  /** Attaches to a page; all of its messages come over the one socket. */
  async attach(targetId: string): Promise<CdpSession> {
    const { sessionId } = await this.browser.send('Target.attachToTarget', { targetId, flatten: true });
    return this.adopt(sessionId);
  }

  /** The session of a page to which Chromium attached by itself. */
  adopt(sessionId: string): CdpSession {
    const session = new CdpSession(this, sessionId);
    this.#sessions.set(sessionId, session);
    return session;
  }

  send(method: string, params: object | undefined, sessionId: string | undefined): Promise<unknown> {
    const id = ++this.#lastId;
    return new Promise((resolve, reject) => {
      if (this.#socket.readyState !== WebSocket.OPEN) return reject(new Error(`${method}: Chromium has gone`));
      this.#waiting.set(id, { method, resolve, reject, sessionId });
      this.#socket.send(JSON.stringify({ id, method, params: params ?? {}, ...(sessionId && { sessionId }) }));
    });
  }

  close(): void {
    this.#socket.close();
  }

  #receive({ id, sessionId, method, params, result, error }: Answer): void {
    if (id !== undefined) {
      const waiting = this.#waiting.get(id);
      this.#waiting.delete(id);
      if (error) waiting?.reject(new Error(`${waiting.method}: ${error.message}`));
      else waiting?.resolve(result);
      return;
    }
    const session = sessionId === undefined ? this.browser : this.#sessions.get(sessionId);
    if (method === 'Target.detachedFromTarget') this.#detach((params as { sessionId: string }).sessionId);
    session?.events.emit(method!, params);
  }

  #detach(sessionId: string): void {
    const session = this.#sessions.get(sessionId);
    this.#sessions.delete(sessionId);
    this.#failAll((waiting) => waiting.sessionId === sessionId, 'the page has gone');
    session?.events.emit('detached');
  }

  #failAll(isMeant: (waiting: Waiting) => boolean, why: string): void {
    for (const [id, waiting] of this.#waiting)
      if (isMeant(waiting)) {
        this.#waiting.delete(id);
        waiting.reject(new Error(`${waiting.method}: ${why}`));
      }
  }
}
