/** A way by which a user's events come: the API's socket, or NATS. */
import type { SocketEvent } from '#schemas/generated/types.ts';

export interface CarrierListener {
  onEvent(event: SocketEvent): void;
  /** Once, when an open connection is gone; not after `close`. */
  onLost(): void;
}

export interface OpenCarrier {
  /** The server's, where this way says it. */
  readonly epoch: string | null;
  close(): void;
}

export interface EventCarrier {
  /**
   * Resolves when the user's events come, and tells of `sync.resync` once: what was written before is in no event.
   * @throws RectoError unauthenticated (sign in again), network, not_found or unavailable (the server has no such way)
   */
  open(listener: CarrierListener): Promise<OpenCarrier>;
}

/** What was sent as JSON; null for a proxy's noise: the next pull has whatever it may have been about. */
export function readEvent(text: string): SocketEvent | null {
  try {
    const value: unknown = JSON.parse(text);
    return typeof value === 'object' && value !== null && 'type' in value ? (value as SocketEvent) : null;
  } catch {
    return null;
  }
}
