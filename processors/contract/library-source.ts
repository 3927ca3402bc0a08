/** A library that is written out whole: where its blobs come from, and what is said of it. */
import type { Blob } from '#schemas/blob.ts';

/** Where blobs are read. It may answer at once or later. */
export interface LibrarySource {
  /** The databases that hold blobs: `recto-local`, or an account's. */
  readonly libraries: readonly string[];
  count(library: string): number | Promise<number>;
  /** All blobs, deleted ones too, a page at a time. */
  pages(library: string): Iterable<Blob[]> | AsyncIterable<Blob[]>;
  /** @returns null where there is none */
  get(library: string, id: string): Blob | null | Promise<Blob | null>;
  /** Rows met so far that were broken, and so left out. */
  readonly damagedRows: number;
}

export interface ExportOptions {
  signal: AbortSignal;
  onProgress(progress: { done: number; total: number }): void;
}

export interface ExportReport {
  /** Those that are not deleted. */
  books: number;
  files: number;
  /** What is missing, a sentence each; it also stands in README.txt. */
  warnings: string[];
}
