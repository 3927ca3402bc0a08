import type { Clock } from '#processors/orchestrator/ports.ts';

export interface RepeatedTask {
  clock: Clock;
  /** From the end of one run to the next. */
  everyMs: number;
  /** Asks between its steps whether it shall stop. */
  run(isStopped: () => boolean): Promise<void>;
  onFailure(error: unknown): void;
}

/**
 * Runs a task now, and again for as long as the server runs; one that failed has its next turn all the same.
 * @returns how to stop it: when that resolves, nothing of it runs
 */
export function repeatTask({ clock, everyMs, run, onFailure }: RepeatedTask): () => Promise<void> {
  let cancel = (): void => {};
  let stopped = false;
  const turn = async (): Promise<void> => {
    await run(() => stopped).catch(onFailure);
    if (!stopped) cancel = clock.after(everyMs, () => void (running = turn()));
  };
  let running = turn();
  return async () => {
    stopped = true;
    cancel();
    await running;
  };
}
