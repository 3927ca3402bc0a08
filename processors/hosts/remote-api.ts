import { RectoError } from '#schemas/errors.ts';
import type { Blob } from '#schemas/blob.ts';
import { ROUTES, type BodyOf, type ReplyOf } from '#schemas/http.ts';
import { readReply, unreachable } from '#schemas/read-reply.ts';
import { PROTOCOL_HEADER, PROTOCOL_VERSION } from '#schemas/version.ts';
import type { OutputFile } from '../contract/processor.ts';
import type { AnswerStore } from '../contract/runner.ts';
import { wait } from '../contract/timers.ts';
import { retryDelayMs } from './retry-delay.ts';

/** The server's routes for workers, as one who has a token for them. Every call throws RectoError with the server's code, or network. */
export interface WorkerApi {
  describe(signal: AbortSignal): Promise<ReplyOf<'describeWork'>>;
  /** Null: none came in that time. */
  take(worker: string, waitMs: number, signal: AbortSignal): Promise<ReplyOf<'takeJob'> | null>;
  /** Calls about one run. */
  run(taken: ReplyOf<'takeJob'>): RunApi;
}

export interface RunApi {
  progress(progress: BodyOf<'reportProgress'>, signal: AbortSignal): Promise<ReplyOf<'reportProgress'>>;
  /** Null: there is none, or none that this job may read. */
  readBlob(id: string, signal: AbortSignal): Promise<Blob | null>;
  sendFile(file: OutputFile, signal: AbortSignal): Promise<void>;
  /** @param json a worker-completion */
  complete(json: string, signal: AbortSignal): Promise<ReplyOf<'completeJob'>>;
  fail(failure: BodyOf<'failJob'>, signal: AbortSignal): Promise<void>;
  giveBack(signal: AbortSignal): Promise<void>;
  answers(signal: AbortSignal): AnswerStore;
}

export interface WorkerApiOptions {
  /** Such as https://write.example.org */
  apiUrl: string;
  token: string;
}

interface Call {
  method: string;
  path: string;
  query?: Record<string, string>;
  body?: BodyInit;
  contentType?: string;
  signal: AbortSignal;
}

/** What passes by itself: the call is made again. */
const PASSES: ReadonlySet<string> = new Set(['network', 'unavailable', 'rate_limited']);

export function createWorkerApi({ apiUrl, token }: WorkerApiOptions): WorkerApi {
  const base = apiUrl.replace(/\/+$/, '');
  const call = async ({ method, path, query, body, contentType, signal }: Call): Promise<unknown> => {
    signal.throwIfAborted();
    const headers: Record<string, string> = { authorization: `Bearer ${token}`, [PROTOCOL_HEADER]: String(PROTOCOL_VERSION) };
    if (body !== undefined) headers['content-type'] = contentType ?? 'application/json';
    const address = `${base}${path}${query ? `?${new URLSearchParams(query).toString()}` : ''}`;
    let reply: Response;
    try {
      reply = await fetch(address, { method, headers, signal, ...(body !== undefined && { body }) });
    } catch (thrown) {
      throw unreachable(base, thrown);
    }
    return readReply(reply, base);
  };
  return {
    describe: (signal) => call({ ...ROUTES.describeWork, signal }) as Promise<ReplyOf<'describeWork'>>,
    take: (worker, waitMs, signal) =>
      call({ ...ROUTES.takeJob, body: JSON.stringify({ worker, wait_ms: waitMs } satisfies BodyOf<'takeJob'>), signal }) as Promise<ReplyOf<'takeJob'> | null>,
    run: (taken) => createRunApi(taken, call),
  };
}

function createRunApi({ run_id, job }: ReplyOf<'takeJob'>, send: (call: Call) => Promise<unknown>): RunApi {
  const fill = (path: string, more: Record<string, string> = {}): string => path.replaceAll(/:(\w+)/g, (_, name: string) => encodeURIComponent({ id: job.id, ...more }[name] ?? ''));
  const call = (route: { method: string; path: string }, options: Partial<Call> & { signal: AbortSignal; params?: Record<string, string> }): Promise<unknown> =>
    send({ method: route.method, ...options, path: fill(route.path, options.params), query: { run_id, ...options.query } });
  return {
    progress: (progress, signal) => call(ROUTES.reportProgress, { body: JSON.stringify(progress), signal }) as Promise<ReplyOf<'reportProgress'>>,
    readBlob: (id, signal) => orNull(again(() => call(ROUTES.readRunBlob, { params: { blobId: id }, signal }) as Promise<Blob>, signal)),
    sendFile: async (file, signal) => {
      // A view's bytes alone, whatever its buffer holds besides.
      const bytes = new Uint8Array(file.bytes);
      await again(() => call(ROUTES.sendFile, { query: { name: file.name }, contentType: file.mediaType, body: bytes, signal }), signal);
    },
    complete: (json, signal) => again(() => call(ROUTES.completeJob, { body: json, signal }), signal) as Promise<ReplyOf<'completeJob'>>,
    fail: async (failure, signal) => void (await again(() => call(ROUTES.failJob, { body: JSON.stringify(failure), signal }), signal)),
    giveBack: async (signal) => void (await call(ROUTES.giveJobBack, { signal })),
    answers: (signal) => ({
      get: (key) => orNull(again(() => call(ROUTES.readAnswer, { params: { key }, signal }) as Promise<ReplyOf<'readAnswer'>>, signal)),
      set: async (key, answer) => void (await again(() => call(ROUTES.keepAnswer, { params: { key }, body: JSON.stringify(answer), signal }), signal)),
    }),
  };
}

/** Repeats a call while what stops it may pass; the signal aborts when the lease can't be held any longer. */
async function again<T>(attempt: () => Promise<T>, signal: AbortSignal): Promise<T> {
  for (let failures = 0; ; failures++) {
    try {
      return await attempt();
    } catch (thrown) {
      const error = RectoError.from(thrown, 'network');
      if (signal.aborted || !PASSES.has(error.code)) throw error;
      await wait(Math.max(retryDelayMs(failures, Math.random()), error.retryAfterMs ?? 0), signal);
    }
  }
}

async function orNull<T>(reading: Promise<T>): Promise<T | null> {
  try {
    return await reading;
  } catch (thrown) {
    if (thrown instanceof RectoError && thrown.code === 'not_found') return null;
    throw thrown;
  }
}
