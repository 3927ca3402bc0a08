/** What host and worker say to each other; plain data that structured clone carries. */
import type { Problem } from '#schemas/generated/types.ts';
import type { Blob } from '#schemas/blob.ts';
import type { ProcessorOutput, Progress } from '../contract/processor.ts';
import type { AiSettings, RunRequest } from '../contract/runner.ts';

export type ToWorker =
  /** The key travels with each run and is kept nowhere in the worker. */
  | { type: 'run'; runId: number; request: RunRequest; settings: AiSettings }
  | { type: 'cancel'; runId: number }
  | { type: 'blob'; runId: number; readId: number; blob: Blob | null }
  | { type: 'read-failed'; runId: number; readId: number; problem: Problem };

export type FromWorker =
  | { type: 'progress'; runId: number; progress: Progress }
  | { type: 'read'; runId: number; readId: number; id: string }
  | { type: 'done'; runId: number; output: ProcessorOutput }
  | { type: 'failed'; runId: number; problem: Problem };
