import { fork } from 'node:child_process';
import { fileURLToPath } from 'node:url';
import type { WorkerRunnerOptions } from '#processors/hosts/worker-runner.ts';
import { describeCrash } from './describe-crash.ts';

export interface ProcessLimits {
  /** Of V8's heap. */
  maxHeapMb: number;
  /** Of all its memory: heap, buffers and code. */
  maxResidentMb: number;
}

/** The rest of what a process wrote about its end tells nobody more. */
const MAX_WORDS = 32 * 1024;

/** Compiled code, kept from start to start: a start takes a third of the work then. Whoever may write here may write the code itself. */
const CODE_CACHE = fileURLToPath(new URL('../../node_modules/.cache/recto', import.meta.url));

type WebWorker = ReturnType<WorkerRunnerOptions['startWorker']>;
type ListenerOf = { message: (event: { data: unknown }) => void; error: (event: { message: string }) => void };

/**
 * Starts a process in the shape of a web worker, for `createWorkerRunner`. What it does to itself is its own end alone; a thread
 * that runs out of memory can take the whole server with it.
 * @param script calls `serveProcess`
 * @param onCrash told of an end that nobody asked for: why and where, without a word of an author
 */
export function startProcessWorker(script: URL, { maxHeapMb, maxResidentMb }: ProcessLimits, onCrash: (report: string) => void): WebWorker {
  const child = fork(fileURLToPath(script), [String(maxResidentMb * 1024 * 1024)], {
    execArgv: [`--max-old-space-size=${maxHeapMb}`],
    env: { ...withoutSettings(process.env), NODE_COMPILE_CACHE: CODE_CACHE },
    serialization: 'advanced',
    stdio: ['ignore', 'ignore', 'pipe', 'ipc'],
  });
  let words = '';
  let isOver = false;
  child.stderr?.setEncoding('utf8').on('data', (chunk: string) => {
    if (words.length < MAX_WORDS) words += chunk.slice(0, MAX_WORDS);
  });
  const onEnd = (tell: (reason: string) => void): void => {
    const end = (reason: string, report: string): void => {
      if (isOver) return;
      isOver = true;
      onCrash(report);
      tell(reason);
    };
    // One that can't be started.
    child.on('error', ({ message }) => end(message, message));
    child.on('close', (code, signal) => {
      const { reason, report } = describeCrash(words, code, signal);
      end(reason, report);
    });
  };

  const shaped = {
    // One that has just ended hears nothing; its end is told.
    postMessage: (message: object) => void child.send(message, undefined, {}, () => undefined),
    terminate() {
      isOver = true;
      child.kill('SIGKILL');
    },
    addEventListener<K extends keyof ListenerOf>(type: K, listener: ListenerOf[K]) {
      if (type === 'message') child.on('message', (data) => (listener as ListenerOf['message'])({ data }));
      if (type === 'error') onEnd((message) => (listener as ListenerOf['error'])({ message }));
    },
  };
  // The host uses these three members of Worker and no other.
  return shaped as unknown as WebWorker;
}

/** A server's settings hold secrets, and processors have no use for them. */
function withoutSettings(env: NodeJS.ProcessEnv): NodeJS.ProcessEnv {
  return Object.fromEntries(Object.entries(env).filter(([name]) => !name.startsWith('RECTO_')));
}
