import { jwtAuthenticator, wsconnect, type NatsConnection, type Subscription } from '@nats-io/nats-core';
import type { ReplyOf } from '#schemas/http.ts';
import { wait } from '../contract/timers.ts';
import { retryDelayMs } from './retry-delay.ts';
import type { WorkBell } from './work-bell.ts';

export interface NatsBellOptions {
  /** Asked for a credential, which lives for minutes, whenever a connection is to be made. */
  describe(): Promise<ReplyOf<'describeWork'>>;
  /** Where nats-server is for this machine, if not where the server says. */
  natsUrl?: string | undefined;
}

type Door = NonNullable<ReplyOf<'describeWork'>['nats']>;

/** A ring may be lost: NATS keeps none. */
const LONGEST_SILENCE_MS = 15_000;
/** A server that runs no NATS is asked again, for it may be started anew with one. */
const NO_NATS_MS = 5 * 60_000;
const CONNECT_TIMEOUT_MS = 5_000;
/** The queue group of a processor's workers: each ring wakes one. */
const QUEUE = 'workers';

/** The bell that rings on `work.<processor>`; while it has no connection it rings at once, and the worker waits at the server's door. */
export function createNatsBell({ describe, natsUrl }: NatsBellOptions): WorkBell {
  const closed = new AbortController();
  const sleepers = new Set<() => void>();
  let onCancelled = (_jobId: string): void => {};
  let connection: { nats: NatsConnection; door: Door } | null = null;
  let subscription: Subscription | null = null;
  let wanted = true;
  /** What came before the subscription stood was heard by nobody here. */
  let missed = false;

  const wakeAll = (): void => {
    for (const wake of sleepers) wake();
  };
  const ring = (): void => {
    const [wake] = sleepers;
    wake?.();
  };
  const subscribe = (): void => {
    if (!connection || subscription) return;
    subscription = connection.nats.subscribe(connection.door.subjects.work, { queue: QUEUE, callback: ring });
    missed = true;
  };

  const stayConnected = async (): Promise<void> => {
    for (let failures = 0; !closed.signal.aborted; ) {
      try {
        const { nats: door } = await describe();
        if (!door) {
          await wait(NO_NATS_MS, closed.signal);
          continue;
        }
        const nats = await wsconnect({
          servers: natsUrl ?? door.url, authenticator: jwtAuthenticator(door.jwt, new TextEncoder().encode(door.seed)), reconnect: false, timeout: CONNECT_TIMEOUT_MS, name: 'recto-worker',
        });
        failures = 0;
        connection = { nats, door };
        nats.subscribe(door.subjects.cancelled, { callback: (_error, message) => onCancelled(readJobId(message.string())) });
        if (wanted) subscribe();
        if (closed.signal.aborted) await nats.close();
        await nats.closed();
      } catch {
        // Without its bell the worker waits at the server's door, so nothing is lost; the loop tries again.
        failures += 1;
      }
      connection = null;
      subscription = null;
      wakeAll();
      await wait(retryDelayMs(failures, Math.random()), closed.signal);
    }
  };
  void stayConnected();

  return {
    get isRinging() {
      return connection !== null;
    },
    async next(signal) {
      if (!connection || signal.aborted) return;
      if (missed) {
        missed = false;
        await connection.nats.flush().catch(() => undefined);
        return;
      }
      const slept = new AbortController();
      const wake = (): void => slept.abort();
      sleepers.add(wake);
      await wait(LONGEST_SILENCE_MS, AbortSignal.any([signal, slept.signal]));
      sleepers.delete(wake);
    },
    ring,
    listen: (on) => {
      wanted = on;
      if (on) return subscribe();
      subscription?.unsubscribe();
      subscription = null;
    },
    onCancelled: (listener) => void (onCancelled = listener),
    close: () => {
      closed.abort();
      void connection?.nats.close();
    },
  };
}

function readJobId(text: string): string {
  try {
    return String((JSON.parse(text) as { job_id?: unknown }).job_id);
  } catch {
    // No message of this server's.
    return '';
  }
}
