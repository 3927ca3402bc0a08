/**
 * What the server says as it happens. It is never the only carrier: after each (re)connection and after any gap the
 * device pulls.
 */
import { wait } from '#processors/contract/timers.ts';
import type { SocketEvent, SyncChangedEvent } from '#schemas/generated/types.ts';
import { RectoError } from '#schemas/errors.ts';
import type { Backoff } from './backoff.ts';
import type { EventCarrier, OpenCarrier } from './event-carrier.ts';

export interface EventStreamOptions {
  /** Asked first, where there is one. */
  direct?: EventCarrier | undefined;
  /** What stands without it. */
  api: EventCarrier;
  backoff: Backoff;
  /** How long `direct` is left alone after it failed. */
  rest: Backoff;
  onChanged(data: SyncChangedEvent['data']): void;
  onResync(): void;
  /** Of a processor that runs on the server, and of what came of it. */
  onEvent(event: ProcessorEvent): void;
  /** With the server's epoch, where it says it. */
  onOpen(epoch: string | null): void;
  /** The connection is gone, or could not be opened. */
  onLost(): void;
  /** No token is to be had: the author has to sign in. Nothing more is tried. */
  onSignedOut(thrown: unknown): void;
}

export type ProcessorEvent = Extract<SocketEvent, { type: 'blob.derived' | 'processor.progress' | 'processor.failed' }>;

export interface EventStream {
  /** The epoch that the server named last. */
  readonly epoch: string | null;
  close(): void;
}

/** A connection that lived shorter is no good one: the other way is taken for a while. */
const SHORT_LIFE_MS = 30_000;
/** The server knows no such way: it may when it is started anew. */
const NO_SUCH_WAY_MS = 30 * 60_000;

interface Connection {
  isDirect: boolean;
  carrier: OpenCarrier;
  ended: Promise<void>;
}

/** Opens a connection and another one whenever it is lost, until closed. */
export function openEventStream(options: EventStreamOptions): EventStream {
  const stream = new Stream(options);
  void stream.keepOpen();
  return stream;
}

class Stream implements EventStream {
  epoch: string | null = null;
  readonly #options: EventStreamOptions;
  readonly #stopped = new AbortController();
  #current: Connection | null = null;
  /** Until it resolves, `direct` is left alone. */
  #resting: Promise<void> | null = null;

  constructor(options: EventStreamOptions) {
    this.#options = options;
  }

  close(): void {
    this.#stopped.abort();
    this.#current?.carrier.close();
  }

  async keepOpen(): Promise<void> {
    const { signal } = this.#stopped;
    while (!signal.aborted) {
      try {
        await this.#stay(await this.#connectBest());
      } catch (thrown) {
        if (isSignedOut(thrown)) return this.#options.onSignedOut(thrown);
        // The network is away: tried again.
      }
      this.#current = null;
      if (signal.aborted) return;
      this.#options.onLost();
      await this.#options.backoff.wait(signal);
    }
  }

  async #connectBest(): Promise<Connection> {
    const { direct, api } = this.#options;
    if (direct && !this.#resting) {
      try {
        return await this.#connect(direct);
      } catch (thrown) {
        if (isSignedOut(thrown)) throw thrown;
        this.#leaveAlone(thrown);
      }
    }
    return await this.#connect(api);
  }

  /** Until the connection is lost; from the API's socket over to the direct way when that is to be tried again. */
  async #stay(first: Connection): Promise<void> {
    const { direct } = this.#options;
    let current = first;
    while (direct && !current.isDirect) {
      const isOver = { value: false };
      const next = await Promise.race([current.ended.then(() => 'lost' as const), this.#tryAgain(direct, () => !isOver.value)]);
      if (next === 'lost') {
        isOver.value = true;
        return;
      }
      if (!next) continue;
      current.carrier.close();
      current = next;
    }
    if (current.isDirect) await this.#watchLife(current);
    await current.ended;
  }

  /** Resolves when it is known whether the direct connection is any good. */
  async #watchLife({ ended }: Connection): Promise<void> {
    const over = new AbortController();
    const isGood = await Promise.race([ended.then(() => false), wait(SHORT_LIFE_MS, over.signal).then(() => true)]);
    over.abort();
    if (isGood) this.#options.rest.reset();
    else this.#leaveAlone();
  }

  /** Waits until the direct way has rested, and tries it. @returns null where it failed, or nobody wants it any more */
  async #tryAgain(direct: EventCarrier, isWanted: () => boolean): Promise<Connection | null> {
    await this.#resting;
    if (this.#stopped.signal.aborted || !isWanted()) return null;
    try {
      return await this.#connect(direct, isWanted);
    } catch (thrown) {
      this.#leaveAlone(thrown);
      return null;
    }
  }

  #leaveAlone(reason?: unknown): void {
    const isUnknown = reason instanceof RectoError && reason.code === 'not_found';
    const resting = this.#options.rest.wait(this.#stopped.signal, isUnknown ? NO_SUCH_WAY_MS : 0).then(() => {
      if (this.#resting === resting) this.#resting = null;
    });
    this.#resting = resting;
  }

  /** @throws RectoError as the carrier; cancelled where it came too late */
  async #connect(carrier: EventCarrier, isWanted = (): boolean => true): Promise<Connection> {
    let end = (): void => undefined;
    const ended = new Promise<void>((resolve) => {
      end = resolve;
    });
    const { signal } = this.#stopped;
    signal.addEventListener('abort', end, { once: true });
    const open = await carrier.open({
      onEvent: (event) => this.#receive(event),
      onLost: () => {
        signal.removeEventListener('abort', end);
        end();
      },
    });
    if (signal.aborted || !isWanted()) {
      open.close();
      throw new RectoError('cancelled', 'This connection is not wanted any more.');
    }
    const connection = { isDirect: carrier === this.#options.direct, carrier: open, ended };
    this.#current = connection;
    this.#opened(open.epoch);
    return connection;
  }

  #opened(epoch: string | null): void {
    this.epoch = epoch ?? this.epoch;
    this.#options.backoff.reset();
    this.#options.onOpen(epoch);
  }

  #receive(event: SocketEvent): void {
    if (this.#stopped.signal.aborted) return;
    if (event.type === 'sync.changed') this.#options.onChanged(event.data);
    else if (event.type === 'sync.resync') this.#options.onResync();
    else if (event.type === 'blob.derived' || event.type === 'processor.progress' || event.type === 'processor.failed') this.#options.onEvent(event);
  }
}

function isSignedOut(thrown: unknown): boolean {
  return thrown instanceof Error && 'status' in thrown && thrown.status === 401;
}
