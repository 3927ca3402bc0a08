import { once } from 'node:events';
import { WebSocket } from 'ws';
import { validateSocketEvent } from '#schemas/generated/validators.js';
import type { SocketEvent } from '#schemas/generated/types.ts';

/** Not Extract: one shape of event may have several types. */
type EventOf<T extends SocketEvent['type'], E extends SocketEvent = SocketEvent> = E extends unknown ? (T extends E['type'] ? E : never) : never;

export interface TestSocket {
  readonly raw: WebSocket;
  readonly received: SocketEvent[];
  send(message: unknown): void;
  /** The next event of this type that was not returned yet; waits for it. */
  next<T extends SocketEvent['type']>(type: T): Promise<EventOf<T>>;
  /** The code that the server closes with. */
  closed: Promise<number>;
  close(): Promise<void>;
}

/** Opens the socket of events; each event must be as schemas/wire/socket-event.json says. */
export async function openSocket(server: { readonly url: string }, headers: Record<string, string> = {}): Promise<TestSocket> {
  const raw = new WebSocket(`${server.url.replace('http', 'ws')}/api/v1/events`, { headers });
  const received: SocketEvent[] = [];
  const taken = new Set<SocketEvent>();
  let wake = (): void => {};
  raw.on('message', (data) => {
    const event: unknown = JSON.parse(String(data));
    if (!validateSocketEvent(event)) throw new Error(`not an event: ${String(data)}`);
    received.push(event);
    wake();
  });
  const closed = once(raw, 'close').then(([code]) => code as number);
  await once(raw, 'open');
  const next = async (type: SocketEvent['type']): Promise<SocketEvent> => {
    for (;;) {
      const found = received.find((event) => event.type === type && !taken.has(event));
      if (found) {
        taken.add(found);
        return found;
      }
      await new Promise<void>((resolve, reject) => {
        wake = resolve;
        void closed.then((code) => reject(new Error(`closed with ${code} before ${type}`)));
      });
    }
  };
  return {
    raw,
    received,
    send: (message) => raw.send(typeof message === 'string' ? message : JSON.stringify(message)),
    next: next as TestSocket['next'],
    closed,
    close: async () => {
      raw.terminate();
      await closed;
    },
  };
}

/** A socket that is signed in and listens to these patterns; with `sync`, also to what other devices write. */
export async function listen(server: { readonly url: string }, token: string, options: { patterns?: string[]; sync?: boolean } = {}): Promise<TestSocket> {
  const socket = await openSocket(server);
  socket.send({ type: 'auth', token });
  await socket.next('ready');
  if (options.patterns) {
    socket.send({ type: 'subscribe', patterns: options.patterns });
    await socket.next('subscribed');
  }
  if (options.sync) {
    socket.send({ type: 'sync' });
    await socket.next('sync.resync');
  }
  return socket;
}
