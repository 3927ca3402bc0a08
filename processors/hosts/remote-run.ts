import { RectoError } from '#schemas/errors.ts';
import type { Blob } from '#schemas/blob.ts';
import type { ProcessorOutput, Progress, SideOutput } from '../contract/processor.ts';
import type { AnswerStore, RunOptions, RunRequest, Usage } from '../contract/runner.ts';
import type { Clock } from '../orchestrator/ports.ts';
import { bytesUntil } from './bytes-until.ts';
import { createReach, type Reach } from './reach.ts';
import { cancelled } from './until-cancelled.ts';

/** Bytes that are on the disk: their SHA-256 (64 hex digits), and how many. */
export interface ReceivedBytes {
  sha256: string;
  sizeBytes: number;
}

/** Where the files of runs go until their blobs name them. */
export interface RunFiles {
  /** @throws RectoError too_large, storage_full, storage_failed */
  receive(bytes: AsyncIterable<Uint8Array>): Promise<ReceivedBytes>;
  /** Once for each that was received, when a blob names it or none will. */
  release(received: ReceivedBytes): Promise<void>;
}

export interface RemoteRunParts {
  request: RunRequest;
  options: RunOptions;
  clock: Clock;
  leaseMs: number;
  files: RunFiles;
  resolve(output: ProcessorOutput): void;
  reject(error: RectoError): void;
  onCancelled(runId: string): void;
}

interface Lease {
  runId: string;
  worker: string;
  cancelTimer(): void;
  onGone(): void;
}

type NamedFile = ReceivedBytes & { name: string; mediaType: string };

/** One run: offered, then held by a worker at a time, then over. Its caller hears of its outcome once. */
export class RemoteRun {
  readonly request: RunRequest;
  readonly #parts: RemoteRunParts;
  readonly #reach: Reach;
  #withdraw = (): void => {};
  #lease: Lease | null = null;
  #file: NamedFile | null = null;
  /** Of the file that comes now: one at a time, and for as long as its worker has the run. */
  #upload = new AbortController();
  #over = false;

  constructor(parts: RemoteRunParts) {
    this.request = parts.request;
    this.#parts = parts;
    this.#reach = createReach(parts.request, (id) => parts.options.readBlob(id));
    parts.options.signal.addEventListener('abort', this.#onAbort, { once: true });
  }

  /** Its caller has its outcome, or no longer wants it. */
  get isOver(): boolean {
    return this.#over;
  }

  get answers(): AnswerStore | null {
    return this.#parts.options.answers ?? null;
  }

  get opened(): { request: RunRequest } & Pick<RunOptions, 'answers' | 'onUsage'> {
    const { answers, onUsage } = this.#parts.options;
    return { request: this.request, ...(answers && { answers }), ...(onUsage && { onUsage }) };
  }

  /** Waits for a worker. `withdraw` takes it out of what is offered. */
  offer(offerMs: number, withdraw: () => void): void {
    const cancelTimer = this.#parts.clock.after(offerMs, () => this.reject(new RectoError('unavailable', 'No worker took this job. It is tried again.')));
    this.#withdraw = () => {
      this.#withdraw = () => {};
      cancelTimer();
      withdraw();
    };
  }

  hold(runId: string, worker: string, onGone: () => void): void {
    this.#withdraw();
    this.#lease = { runId, worker, onGone, cancelTimer: () => {} };
    this.#renew();
  }

  /** @returns whether the worker shall stop */
  report(progress: Progress | null): boolean {
    // A run that is no longer wanted lives on until its lease ends, so that its worker hears of it.
    if (this.#over) return true;
    this.#renew();
    if (progress) this.#parts.options.onProgress(progress);
    return false;
  }

  readBlob(id: string): Promise<Blob | null> {
    if (!this.#over) this.#renew();
    return this.#reach.read(id);
  }

  /** What is made on the way belongs to blobs that the worker may read. @throws RectoError forbidden */
  async checkParents(also: readonly SideOutput[]): Promise<void> {
    for (const { parent_id: parentId } of also) {
      if (parentId === this.request.blob.id || (await this.readBlob(parentId))) continue;
      throw new RectoError('forbidden', `The blob “${parentId}” is none that this job may derive from.`);
    }
  }

  async receiveFile({ name, mediaType, bytes }: { name: string; mediaType: string; bytes: AsyncIterable<Uint8Array> }): Promise<ReceivedBytes> {
    const lease = this.#lease;
    let received: ReceivedBytes;
    this.#upload.abort(new RectoError('cancelled', 'Another file of this run has begun to come.'));
    this.#upload = new AbortController();
    try {
      received = await this.#parts.files.receive(this.#renewing(bytesUntil(bytes, this.#upload.signal)));
    } catch (thrown) {
      const error = RectoError.from(thrown, 'storage_failed');
      // Sent again, it would be as large again.
      if (error.code === 'too_large' && this.#lease === lease) this.reject(error);
      throw error;
    }
    if (this.#over || this.#lease !== lease) {
      await this.#parts.files.release(received);
      throw new RectoError('lease_lost', 'The lease ended while the file came.');
    }
    await this.releaseFile();
    this.#file = { name, mediaType, ...received };
    return received;
  }

  /** The worker has spoken its last word: nothing more is taken from it. @returns what it made, with its file */
  close(made: ProcessorOutput, usage: readonly Usage[]): ProcessorOutput;
  close(made: null, usage: readonly Usage[]): null;
  close(made: ProcessorOutput | null, usage: readonly Usage[]): ProcessorOutput | null {
    for (const used of usage) this.#parts.options.onUsage?.(used);
    this.#endLease();
    if (!made) {
      void this.releaseFile();
      return null;
    }
    return { ...made, ...(this.#file && { file: this.#file }) };
  }

  resolve(output: ProcessorOutput): void {
    this.#end();
    this.#parts.resolve(output);
  }

  reject(error: RectoError): void {
    this.#end();
    this.#endLease();
    void this.releaseFile();
    this.#parts.reject(error);
  }

  /** Its bytes are a blob's now, or nobody's. */
  async releaseFile(): Promise<void> {
    const file = this.#file;
    this.#file = null;
    if (file) await this.#parts.files.release(file);
  }

  readonly #onAbort = (): void => {
    const lease = this.#lease;
    this.#end();
    void this.releaseFile();
    this.#parts.reject(cancelled(this.#parts.options.signal));
    if (lease) this.#parts.onCancelled(lease.runId);
  };

  #end(): void {
    this.#over = true;
    this.#withdraw();
    this.#parts.options.signal.removeEventListener('abort', this.#onAbort);
  }

  #endLease(): void {
    this.#upload.abort(new RectoError('lease_lost', 'The lease ended while the file came.'));
    this.#lease?.cancelTimer();
    this.#lease?.onGone();
    this.#lease = null;
  }

  #renew(): void {
    const lease = this.#lease;
    if (!lease) return;
    lease.cancelTimer();
    lease.cancelTimer = this.#parts.clock.after(this.#parts.leaseMs, () => {
      if (this.#over) return this.#endLease();
      this.reject(new RectoError('processor_crashed', `The worker “${lease.worker}” stopped answering. The text is as it was.`));
    });
  }

  /** A large file on a slow line is a sign of life. */
  async *#renewing(bytes: AsyncIterable<Uint8Array>): AsyncGenerator<Uint8Array> {
    for await (const chunk of bytes) {
      if (!this.#over) this.#renew();
      yield chunk;
    }
  }
}
