/**
 * The contract between Recto and a processor. A processor turns a blob of one schema into data of another; it
 * reads what it needs through its context, reports progress, stops when its signal aborts, and writes nothing
 * itself: the orchestrator validates what it returns and stores it under an id that is a hash of its inputs.
 */
import type { Blob } from '#schemas/blob.ts';
import type { Typesetter } from './typesetter.ts';

/** The seed's registration. Ids of schemas may carry the seed's `schema-` prefix. */
export interface ProcessorManifest {
  id: string;
  name: string;
  description: string;
  /** The schemas it reads; the seed's `input_schema_id` is the first. */
  input_schema_ids: readonly string[];
  output_schema_id: string;
  workflow_id?: string;
  /** Higher runs first. */
  priority: number;
  max_concurrency: number;
  /** Events that make a job by themselves, such as `blob.created.text-input-v1`. */
  event_patterns: readonly string[];
  /** JSON Schema (draft-07) of a job's or an instance's config. */
  config_schema: Record<string, unknown>;
}

export interface Progress {
  /** Units of work done and in all; `total` 0 while it is not known. */
  done: number;
  total: number;
  /** What is being done, for a person. */
  message?: string;
  /** Text that is being written right now, for a preview. */
  partial?: { passage: number; text: string };
}

/** ai-service, in the process or elsewhere. */
export interface AiService {
  analyzeStyle(text: string): Promise<StyleAnalysis>;
  expand(request: ExpandRequest, options: AiCallOptions): Promise<ExpandResult>;
  /** False: `write` has no one to ask. @throws RectoError where ai-service is elsewhere and can't be asked */
  hasModel(): Promise<boolean>;
  /**
   * Text by a model on a processor's own instruction, where it is no expansion: a summary, a part of a pitch.
   * @throws RectoError of the provider; configuration where there is no model
   */
  write(request: WriteRequest, options: AiCallOptions): Promise<ModelAnswer>;
}

export interface AiCallOptions {
  signal: AbortSignal;
  onText?: (textSoFar: string) => void;
}

export interface WriteRequest {
  /** What is to be written, and how. */
  instruction: string;
  /** What it is to be written from. */
  text: string;
  /** Room for the answer; the provider's own limit where it is absent. */
  maxOutputTokens?: number;
  /** Same request and seed: same result, where the provider can. */
  seed?: number;
}

/** What a provider answered, whole: one that was cut off fails instead. */
export interface ModelAnswer {
  text: string;
  provider: string;
  /** 'none' when no model was used. */
  model: string;
  temperature: number;
  inputTokens: number;
  outputTokens: number;
  finishReason: string;
}

export type WritingStyle = 'formal' | 'casual' | 'creative' | 'technical';

export interface StyleAnalysis {
  tone: string;
  /** Flesch–Kincaid grade level. */
  complexity: number;
  /** Flesch reading ease, about 0 (hard) to 100 (easy). */
  readability_score: number;
  detected_style: WritingStyle;
}

export interface ExpandRequest {
  /** The text to grow: Markdown, one or more paragraphs. */
  original: string;
  style?: WritingStyle;
  /** What stands before and after it, and what the book is like. Providers that cannot use it ignore it. */
  before?: string;
  after?: string;
  styleNotes?: string;
  /** An author's wish for this run. */
  instruction?: string;
  language?: string;
  /** Same text, style and seed: same result, where the provider can. */
  seed?: number;
  /** Ids of thesaurus details that this book has used; the built-in provider avoids them and answers its own. */
  usedDetails?: readonly string[];
}

/** `text` is Markdown. */
export interface ExpandResult extends ModelAnswer {
  usedDetails?: readonly string[];
  /** Where neighbours (before and after together) did not fit the model: characters that were given, and that were sent. */
  neighbours?: { given: number; sent: number };
}

export interface ProcessorContext {
  blob: Blob;
  config: Record<string, unknown>;
  signal: AbortSignal;
  reportProgress(progress: Progress): void;
  /** Any blob of the same user, or null. */
  readBlob(id: string): Promise<Blob | null>;
  ai: AiService;
  /** What sets pages; absent where the host has none. */
  typesetter?: Typesetter;
  /** Milliseconds since the epoch. */
  now(): number;
}

export interface ProcessorOutput {
  schema_id: string;
  data: Record<string, unknown>;
  tags?: string[];
  /** Whoever ran it has stored it, and it is here: the id of that blob, which is then the job's output. */
  standing_id?: string;
  /** A file that goes with the data, such as a compiled manuscript. */
  file?: OutputFile | ReceivedFile;
  /** What was made on the way and is worth keeping by itself, such as the summary of a chapter: stored with the output, or not at all. */
  also?: readonly SideOutput[];
}

export interface OutputFile {
  name: string;
  mediaType: string;
  bytes: Uint8Array;
}

/** A file whose bytes its home has already: a remote worker sent them before it answered. */
export interface ReceivedFile {
  name: string;
  mediaType: string;
  /** 64 hex digits. */
  sha256: string;
  sizeBytes: number;
}

/**
 * A derived blob of its own. Its id is `derivedBlobId(processor, parent_id, parent_version, config)`: a later run that
 * computes the same id and reads it needs not make it again.
 */
export interface SideOutput {
  parent_id: string;
  parent_version: number;
  config: Record<string, unknown>;
  schema_id: string;
  data: Record<string, unknown>;
}

export interface Processor {
  manifest: ProcessorManifest;
  /** @throws RectoError with a code of the processors' part of the table */
  run(context: ProcessorContext): Promise<ProcessorOutput>;
}
