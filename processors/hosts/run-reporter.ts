import { RectoError } from '#schemas/errors.ts';
import type { Progress } from '../contract/processor.ts';
import type { RunApi } from './remote-api.ts';

/** Keeps a run alive and tells of its progress: the newest each time, one call at a time. */
export interface RunReporter {
  report(progress: Progress): void;
  /** Asks the server now whether the run is still wanted. */
  ask(): void;
  /** Resolves when what was reported has arrived, or can't now. */
  flush(): Promise<void>;
  stop(): void;
}

export interface RunReporterOptions {
  api: RunApi;
  leaseMs: number;
  /** The run is over for this worker: cancelled, or its lease is lost. Called once. */
  onOver(error: RectoError): void;
}

/** The server hears of a run at least so often, however long its lease. */
const LONGEST_BEAT_MS = 5_000;
/** Text that is being written is reported at every word; so often is enough. */
const SHORTEST_GAP_MS = 100;
/** As schemas/wire/worker-progress.json says. */
const MAX_MESSAGE = 1_000;
const MAX_PARTIAL = 100_000;

const ENDS_IT: ReadonlySet<string> = new Set(['lease_lost', 'unauthenticated', 'forbidden']);

export function createRunReporter({ api, leaseMs, onOver }: RunReporterOptions): RunReporter {
  const beatMs = Math.min(LONGEST_BEAT_MS, leaseMs / 3);
  const stopped = new AbortController();
  let pending: Progress | null = null;
  /** Whether the call under way arrived. */
  let calling: Promise<boolean> | null = null;
  let timer: ReturnType<typeof setTimeout> | undefined;
  let calledAt = -Infinity;
  let heardAt = performance.now();

  const end = (error: RectoError): void => {
    if (stopped.signal.aborted) return;
    stop();
    onOver(error);
  };
  const stop = (): void => {
    clearTimeout(timer);
    stopped.abort();
  };
  const plan = (ms: number): void => {
    clearTimeout(timer);
    if (!stopped.signal.aborted) timer = setTimeout(call, ms);
  };

  const send = async (progress: Progress | null): Promise<boolean> => {
    try {
      const { cancelled } = await api.progress(progress ? cut(progress) : {}, AbortSignal.any([stopped.signal, AbortSignal.timeout(leaseMs)]));
      heardAt = performance.now();
      if (cancelled) end(new RectoError('cancelled', 'Cancelled.'));
      return true;
    } catch (thrown) {
      const error = RectoError.from(thrown, 'network');
      if (ENDS_IT.has(error.code)) end(error);
      // The server gives the job away when it hears nothing for so long: to go on would be for nothing.
      else if (performance.now() - heardAt > leaseMs) end(new RectoError('lease_lost', 'The server could not be reached for as long as the lease.', { cause: error }));
      pending ??= progress;
      return false;
    }
  };

  function call(): void {
    if (calling || stopped.signal.aborted) return;
    const progress = pending;
    pending = null;
    calledAt = performance.now();
    calling = send(progress).then((arrived) => {
      calling = null;
      plan(arrived && pending ? SHORTEST_GAP_MS : Math.min(beatMs, arrived ? Infinity : 1_000));
      return arrived;
    });
  }
  plan(beatMs);

  return {
    report: (progress) => {
      pending = progress;
      const gapMs = calledAt + SHORTEST_GAP_MS - performance.now();
      if (gapMs > 0) plan(gapMs);
      else call();
    },
    ask: call,
    flush: async () => {
      while ((pending || calling) && !stopped.signal.aborted) {
        call();
        if (!(await calling)) return;
      }
    },
    stop,
  };
}

function cut({ message, partial, ...progress }: Progress): Progress {
  return {
    ...progress,
    ...(message !== undefined && { message: message.slice(0, MAX_MESSAGE) }),
    // The end of it is what is being written.
    ...(partial && { partial: { ...partial, text: partial.text.slice(-MAX_PARTIAL) } }),
  };
}
