/** The line to the server: tries again what time can heal, and says meanwhile what is in the way. */
import type { BehaviorSubject } from 'rxjs';
import { RectoError } from '#schemas/errors.ts';
import { hostOf } from '#schemas/server-address.ts';
import type { Backoff } from './backoff.ts';
import type { Hindrance } from './sync-status.ts';

export interface LineOptions {
  server: string;
  backoff: Backoff;
  hindrance$: BehaviorSubject<Hindrance>;
  /** Nothing more is to be tried until the author has done something. */
  onHalt(hindrance: NonNullable<Hindrance>): void;
}

export interface Line {
  /**
   * @param isFinal which errors another try can't heal: those that are about what was asked. By default none is: what a proxy
   *   answers in the server's place must not end sync
   * @returns what `work` gives, however long it takes; null when the signal aborted
   * @throws RectoError only a final one
   */
  attempt<T>(signal: AbortSignal, work: () => Promise<T>, isFinal?: (error: RectoError) => boolean): Promise<T | null>;
}

/** A server that asks for more time than that has a wrong clock. */
const LONGEST_PAUSE_MS = 3_600_000;

export function createLine({ server, backoff, hindrance$, onHalt }: LineOptions): Line {
  const clear = (): void => {
    backoff.reset();
    if (hindrance$.value?.state === 'offline') hindrance$.next(null);
  };
  return {
    attempt: async (signal, work, isFinal = () => false) => {
      while (!signal.aborted) {
        try {
          const result = await work();
          clear();
          return result;
        } catch (thrown) {
          if (signal.aborted) return null;
          const error = RectoError.from(thrown, 'network');
          if (isFinal(error)) {
            clear();
            throw error;
          }
          const halting = readHalt(error, server);
          if (halting) {
            onHalt(halting);
            await untilAborted(signal);
            return null;
          }
          if (error.code !== 'rate_limited') hindrance$.next({ state: 'offline', message: tell(error, server) });
          await backoff.wait(signal, Math.min(error.retryAfterMs ?? 0, LONGEST_PAUSE_MS));
        }
      }
      return null;
    },
  };
}

export function untilAborted(signal: AbortSignal): Promise<void> {
  return new Promise((resolve) => {
    if (signal.aborted) resolve();
    signal.addEventListener('abort', () => resolve(), { once: true });
  });
}

function readHalt(error: RectoError, server: string): NonNullable<Hindrance> | null {
  if (error.status === 401) return { state: 'signed-out' };
  if (error.code === 'upgrade_required') {
    return { state: 'offline', message: `This version of Recto is too old for ${hostOf(server)}. Update it to sync; what you write is kept on this device.` };
  }
  return null;
}

function tell(error: RectoError, server: string): string {
  if (error.code === 'network') return `No connection to ${hostOf(server)}. What you write is kept on this device and sent when it is back.`;
  if (error.code === 'storage_full') return `The disk of ${hostOf(server)} is full. What you write is kept on this device and sent when there is room.`;
  if (error.status >= 500 && error.code !== 'server_outdated') return `${hostOf(server)} has trouble right now. What you write is kept on this device and sent later.`;
  return error.message;
}
