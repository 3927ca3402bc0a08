/** What host and worker say to each other; plain data that structured clone carries. */
import type { Problem } from '#schemas/generated/types.ts';
import type { Blob } from '#schemas/blob.ts';
import type { ModelAnswer, ProcessorOutput, Progress } from '../contract/processor.ts';
import type { AiSettings, RunRequest, Usage } from '../contract/runner.ts';

/** What a run asks of its caller: its name, what goes with it, and what comes back. */
export interface CallerCalls {
  'read-blob': { input: string; result: Blob | null };
  'get-answer': { input: string; result: ModelAnswer | null };
  'set-answer': { input: { key: string; answer: ModelAnswer }; result: null };
}

export type CallerCall = { [K in keyof CallerCalls]: { name: K; input: CallerCalls[K]['input'] } }[keyof CallerCalls];

export type ToWorker =
  /** The key travels with each run and is kept nowhere in the worker. */
  | { type: 'run'; runId: number; request: RunRequest; settings: AiSettings }
  | { type: 'cancel'; runId: number }
  | { type: 'result'; runId: number; callId: number; result: CallerCalls[keyof CallerCalls]['result'] }
  | { type: 'call-failed'; runId: number; callId: number; problem: Problem };

export type FromWorker =
  | { type: 'progress'; runId: number; progress: Progress }
  | { type: 'usage'; runId: number; usage: Usage }
  | { type: 'call'; runId: number; callId: number; call: CallerCall }
  | { type: 'done'; runId: number; output: ProcessorOutput }
  | { type: 'failed'; runId: number; problem: Problem };
