/** Rings when there is work for a processor, so that its idle workers keep no request open. NATS rings it, where there is one. */
export interface WorkBell {
  /** Whether it can ring now; while it can't, a worker waits at the server's door. */
  readonly isRinging: boolean;
  /** Whether a slot of this worker is free: one that is busy lets the bell ring for another worker. */
  listen(on: boolean): void;
  /** Rings it here. */
  ring(): void;
  close(): void;
  /** Resolves when it rings, when it may have missed something, or when the signal aborts. */
  next(signal: AbortSignal): Promise<void>;
  /** Calls with the id of each job whose run is no longer wanted. */
  onCancelled(listener: (jobId: string) => void): void;
}
