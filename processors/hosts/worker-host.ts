import { RectoError } from '#schemas/errors.ts';
import type { ProcessorOutput } from '../contract/processor.ts';
import type { AiSettings, AnswerStore, RunOptions, RunRequest } from '../contract/runner.ts';
import { cancelled } from './until-cancelled.ts';
import type { CallerCall, CallerCalls, FromWorker, ToWorker } from './worker-messages.ts';

/** One run and its caller, who hears of its outcome once. */
export interface WorkerRun {
  id: number;
  request: RunRequest;
  options: RunOptions & { answers: AnswerStore };
  settings: AiSettings;
  resolve(output: ProcessorOutput): void;
  reject(error: RectoError): void;
}

/** A worker and the one run it has: what hangs or crashes takes nothing else with it. */
export class WorkerHost {
  readonly #worker: Worker;
  readonly #hangMs: number;
  /** Called when the run has ended and the worker is free, and when the worker is gone. */
  readonly #onFree: () => void;
  readonly #onGone: () => void;
  #run: WorkerRun | null = null;
  #freeSince = performance.now();

  constructor(worker: Worker, options: { hangMs: number; onFree: () => void; onGone: () => void }) {
    this.#worker = worker;
    this.#hangMs = options.hangMs;
    this.#onFree = options.onFree;
    this.#onGone = options.onGone;
    worker.addEventListener('message', ({ data }: MessageEvent<FromWorker>) => this.#receive(data));
    worker.addEventListener('error', (event) => {
      event.preventDefault?.();
      this.#crash(event.message);
    });
    worker.addEventListener('messageerror', () => this.#crash('a message could not be read'));
  }

  get isFree(): boolean {
    return this.#run === null;
  }

  /** By performance.now(), where it is free. */
  get freeSince(): number {
    return this.#freeSince;
  }

  start(run: WorkerRun): void {
    this.#run = run;
    run.options.signal.addEventListener('abort', () => this.#abandon(run), { once: true });
    try {
      this.#send({ type: 'run', runId: run.id, request: run.request, settings: run.settings });
    } catch (thrown) {
      // A config that can't be cloned.
      this.#free();
      run.reject(RectoError.from(thrown, 'processor_failed'));
    }
  }

  /** Ends the worker, and the run it has with this error. */
  terminate(error: RectoError): void {
    this.#worker.terminate();
    const run = this.#run;
    this.#run = null;
    this.#onGone();
    run?.reject(error);
  }

  #crash(why: string): void {
    this.terminate(new RectoError('processor_crashed', `The processor stopped unexpectedly${why ? ` (${why})` : ''}. The text is as it was.`));
  }

  /** The caller has gone on. A worker that doesn't react (a busy loop) is put away. */
  #abandon(run: WorkerRun): void {
    if (this.#run !== run) return;
    run.reject(cancelled(run.options.signal));
    this.#send({ type: 'cancel', runId: run.id });
    setTimeout(() => {
      if (this.#run === run) this.terminate(cancelled(run.options.signal));
    }, this.#hangMs);
  }

  #send(message: ToWorker): void {
    this.#worker.postMessage(message, []);
  }

  #receive(message: FromWorker): void {
    const run = this.#run;
    if (!run || run.id !== message.runId) return;
    switch (message.type) {
      case 'progress':
        if (!run.options.signal.aborted) run.options.onProgress(message.progress);
        break;
      case 'usage':
        run.options.onUsage?.(message.usage);
        break;
      case 'call':
        void this.#answerCall(message, run);
        break;
      case 'done':
        this.#free();
        run.resolve(message.output);
        break;
      case 'failed':
        this.#fail(run, RectoError.fromProblem(message.problem));
    }
  }

  #fail(run: WorkerRun, error: RectoError): void {
    // It says itself that it can't go on: the next run gets a new one.
    if (error.code === 'processor_crashed') return this.terminate(error);
    this.#free();
    run.reject(error);
  }

  #free(): void {
    this.#run = null;
    this.#freeSince = performance.now();
    this.#onFree();
  }

  async #answerCall({ runId, callId, call }: FromWorker & { type: 'call' }, run: WorkerRun): Promise<void> {
    try {
      this.#send({ type: 'result', runId, callId, result: await callOn(run.options, call) });
    } catch (thrown) {
      this.#send({ type: 'call-failed', runId, callId, problem: RectoError.from(thrown, 'storage_failed').toProblem() });
    }
  }
}

async function callOn({ readBlob, answers }: WorkerRun['options'], call: CallerCall): Promise<CallerCalls[keyof CallerCalls]['result']> {
  switch (call.name) {
    case 'read-blob':
      return readBlob(call.input);
    case 'get-answer':
      return answers.get(call.input);
    case 'set-answer':
      await answers.set(call.input.key, call.input.answer);
      return null;
  }
}
