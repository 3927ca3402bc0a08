/** What a part of `npm run torture` is: it breaks one thing on purpose, over and over, and says what was lost. */

export interface TortureOptions {
  /** How long it may go on. A run that has begun is finished, and one is always made. */
  minutes: number;
  /** Of the first run; the next has the next number. */
  seed: number;
  /** At most so many runs. */
  runs?: number;
  /** A line for whoever watches. */
  report(line: string): void;
}

export interface TortureFailure {
  /** With `--seed` and `--runs 1` this run is made again alone. */
  seed: number;
  error: unknown;
}

export interface TortureOutcome {
  runs: number;
  failures: TortureFailure[];
  /** What was done and how long it took, in sentences. */
  figures: string[];
}

export type RunPart = (options: TortureOptions) => Promise<TortureOutcome>;

const REPORT_EVERY_MS = 30_000;

/**
 * Runs `runOnce` with one seed after the other until the time or the number of runs is over. A failure is reported
 * with its seed, and does not end the part.
 */
export async function repeatRuns({ minutes, seed, runs = Infinity, report }: TortureOptions, runOnce: (seed: number) => Promise<void>): Promise<TortureOutcome> {
  const started = performance.now();
  const failures: TortureFailure[] = [];
  let reported = started;
  let done = 0;
  report(`seed ${seed}`);
  while (done < runs && (done === 0 || performance.now() - started < minutes * 60_000)) {
    const current = seed + done;
    try {
      await runOnce(current);
    } catch (error) {
      failures.push({ seed: current, error });
      report(`✗ seed ${current}: ${error instanceof Error ? (error.stack ?? error.message) : String(error)}`);
    }
    done += 1;
    if (performance.now() - reported > REPORT_EVERY_MS) {
      reported = performance.now();
      report(`${done} runs, ${failures.length} failed`);
    }
  }
  const seconds = (performance.now() - started) / 1000;
  return { runs: done, failures, figures: [`${done} runs in ${seconds.toFixed(0)} s, seeds ${seed} to ${seed + done - 1}, ${failures.length} failed`] };
}
