/** A place where processors run: in the process, a web worker, a utility process, a remote worker. */
import type { Blob } from '#schemas/blob.ts';
import type { FieldError } from '#schemas/errors.ts';
import type { Workflow } from '../workflow/workflow.ts';
import type { ModelAnswer, ProcessorManifest, ProcessorOutput, Progress } from './processor.ts';

export interface RunRequest {
  jobId: string;
  processorId: string;
  blob: Blob;
  config: Record<string, unknown>;
  /** Of a processor that hosts have no code for. */
  program?: RegisteredProgram;
}

/** A processor that was registered with a workflow, as its run needs it. */
export interface RegisteredProgram {
  manifest: ProcessorManifest;
  workflow: Workflow;
  /** What the schemas that the workflow's steps name, and that don't ship, say of the blob; by their ids. */
  inputErrors: Record<string, FieldError[]>;
}

export interface RunOptions {
  signal: AbortSignal;
  onProgress(progress: Progress): void;
  readBlob(id: string): Promise<Blob | null>;
  /** What providers have answered for this job before; where it is absent, a host remembers for as long as it lives. */
  answers?: AnswerStore;
  /** Called at each answer that was paid for, also by a run that fails afterwards. */
  onUsage?(usage: Usage): void;
}

/**
 * Keeps what providers answered for one job until it has ended, so that a job that is taken up again, after a failure
 * or a crash, pays for nothing twice.
 */
export interface AnswerStore {
  /** @param key a hash of the request, 64 hex digits */
  get(key: string): Promise<ModelAnswer | null>;
  set(key: string, answer: ModelAnswer): Promise<void>;
}

/** What one answer of a provider took. */
export interface Usage {
  provider: string;
  model: string;
  input_tokens: number;
  output_tokens: number;
  /** In the currency of the settings' prices; null where no price is set. */
  cost: number | null;
}

export interface ProcessorRunner {
  /**
   * Runs one job to its end. A crash of the host fails the jobs it had (`processor_crashed`) and the next run
   * starts a new host. An abort ends the run at once with `cancelled`, also where the processor hangs.
   */
  run(request: RunRequest, options: RunOptions): Promise<ProcessorOutput>;
  dispose(): Promise<void>;
}

/**
 * How a host reaches a provider of text. The host asks for it at each run, so that the key is in no blob, job or event. A
 * job's config may choose provider, model, temperature and window under `ai`; where the text goes stays the host's to say.
 */
export interface AiSettings {
  provider: 'built-in' | 'openai-compatible' | 'anthropic';
  /** ai-service elsewhere, which has a provider of its own: then it is asked, and none of what follows is used but price and budget. */
  service?: { url: string; token: string | undefined; /** It is asked for one run, whose answers it keeps and counts itself; it has a model. */ ofRun?: true };
  /** With /v1 where the server wants it: http://127.0.0.1:11434/v1 */
  baseUrl?: string;
  model?: string;
  apiKey?: string;
  /** Tokens that fit the model, prompt and answer together. */
  contextTokens?: number;
  temperature?: number;
  /** What the provider takes, in any currency, for a million tokens. */
  price?: { input: number; output: number };
  /** The address was not the host's operator's choice: only the public internet may be reached. */
  onlyPublic?: boolean;
  /** What this run may still spend, in the price's currency; without it there is no limit. */
  budget?: number;
}
