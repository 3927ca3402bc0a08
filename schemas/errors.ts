import type { Problem } from './generated/types.ts';

/**
 * The one table of error codes. A code never changes its meaning; the HTTP status is where it answers on the API.
 * `detail` is written at the place that throws: what happened, what is safe, what to do next.
 */
export const ERROR_CODES = {
  // Requests
  malformed: { status: 400, title: 'The request can’t be read' },
  unauthenticated: { status: 401, title: 'Sign in first' },
  token_expired: { status: 401, title: 'The session has expired' },
  token_reused: { status: 401, title: 'This session was ended because its token was used twice' },
  wrong_credentials: { status: 401, title: 'The email or the password is wrong' },
  forbidden: { status: 403, title: 'Not allowed' },
  registration_closed: { status: 403, title: 'This server takes no new accounts' },
  origin_refused: { status: 403, title: 'This origin may not use the API' },
  not_found: { status: 404, title: 'Not found' },
  version_conflict: { status: 409, title: 'The blob has changed since it was read' },
  already_exists: { status: 409, title: 'It exists already' },
  link_invalid: { status: 410, title: 'This link no longer works' },
  checkpoint_expired: { status: 410, title: 'This device was away longer than deletions are kept' },
  too_large: { status: 413, title: 'Too large' },
  unsupported_media_type: { status: 415, title: 'This content type is not understood' },
  schema_violation: { status: 422, title: 'The data does not fit its schema' },
  schema_unknown: { status: 422, title: 'No schema of this id' },
  upgrade_required: { status: 426, title: 'This version of Recto is too old for the server' },
  rate_limited: { status: 429, title: 'Too many requests' },
  internal: { status: 500, title: 'The server failed' },
  server_outdated: { status: 502, title: 'The server is too old for this version of Recto' },
  unavailable: { status: 503, title: 'Not available right now' },
  quota_exceeded: { status: 507, title: 'The account is full' },

  // Processors and workflows
  schema_invalid: { status: 422, title: 'The schema can’t be registered' },
  schema_incompatible: { status: 422, title: 'The new version of the schema refuses what the one before it took' },
  schema_in_use: { status: 409, title: 'Blobs or processors use this schema' },
  processor_invalid: { status: 422, title: 'The processor can’t be registered' },
  processor_cycle: { status: 422, title: 'Processors would feed each other without end' },
  processor_in_use: { status: 409, title: 'Jobs of this processor wait or run' },
  lease_lost: { status: 409, title: 'The job is no longer this worker’s' },
  budget_exceeded: { status: 402, title: 'The budget is spent' },
  processor_unknown: { status: 404, title: 'No processor of this id' },
  processor_failed: { status: 500, title: 'The processor failed' },
  processor_crashed: { status: 500, title: 'The processor stopped unexpectedly' },
  processor_timeout: { status: 504, title: 'The processor took too long' },
  processor_output_invalid: { status: 422, title: 'The processor made something its schema rejects' },
  workflow_invalid: { status: 422, title: 'The workflow can’t be run' },
  workflow_step_failed: { status: 500, title: 'A step of the workflow failed' },
  input_invalid: { status: 422, title: 'The processor can’t use this text' },
  cancelled: { status: 499, title: 'Cancelled' },

  // Providers of text
  provider_unreachable: { status: 502, title: 'The text provider can’t be reached' },
  provider_auth: { status: 502, title: 'The text provider refused the key' },
  provider_rate_limited: { status: 503, title: 'The text provider is busy' },
  provider_failed: { status: 502, title: 'The text provider failed' },
  provider_truncated: { status: 502, title: 'The text provider stopped before the end' },
  provider_refused: { status: 502, title: 'The text provider declined to write this' },
  provider_nonsense: { status: 502, title: 'The text provider answered something that is not text' },
  context_too_long: { status: 422, title: 'The passage does not fit the model' },

  // Manuscripts
  import_no_book: { status: 422, title: 'No book.json in this folder' },
  import_not_utf8: { status: 422, title: 'The file is not UTF-8 text' },
  import_damaged: { status: 422, title: 'The file is damaged' },
  import_empty: { status: 422, title: 'There is nothing to import' },
  import_unsupported: { status: 415, title: 'This kind of file can’t be imported' },
  compile_empty: { status: 422, title: 'The book is empty' },
  compile_missing_text: { status: 422, title: 'A chapter’s text is missing' },
  compile_words_differ: { status: 500, title: 'The words that came out are not the words that went in' },
  compile_unwritable: { status: 500, title: 'The file can’t be written' },

  // This computer
  storage_full: { status: 507, title: 'The disk is full' },
  storage_failed: { status: 500, title: 'The words could not be stored' },
  storage_damaged: { status: 500, title: 'A file of the library is damaged' },
  storage_locked: { status: 409, title: 'Another program holds the file' },
  storage_newer: { status: 409, title: 'The library was written by a newer Recto' },
  file_unreadable: { status: 500, title: 'The file can’t be read' },
  file_unwritable: { status: 500, title: 'The file can’t be written' },
  network: { status: 503, title: 'No connection' },
  protocol: { status: 502, title: 'The server answered something unexpected' },
  configuration: { status: 422, title: 'A setting is wrong' },
} as const satisfies Record<string, { status: number; title: string }>;

export type ErrorCode = keyof typeof ERROR_CODES;

/** One thing that is wrong, and where: `path` is a JSON Pointer into the input. */
export interface FieldError {
  [extra: string]: unknown;
  path: string;
  message: string;
}

export interface RectoErrorOptions {
  cause?: unknown;
  /** For validation errors: each path and what is wrong there. */
  errors?: FieldError[];
  /** When a retry can help: not before this many milliseconds. */
  retryAfterMs?: number;
}

/** Every error that leaves a module. `message` is a sentence for the person who sees it. */
export class RectoError extends Error {
  override readonly name = 'RectoError';
  readonly code: ErrorCode;
  readonly errors: FieldError[] | undefined;
  readonly retryAfterMs: number | undefined;

  constructor(code: ErrorCode, message: string, options: RectoErrorOptions = {}) {
    super(message, { cause: options.cause });
    this.code = code;
    this.errors = options.errors;
    this.retryAfterMs = options.retryAfterMs;
  }

  get status(): number {
    return ERROR_CODES[this.code].status;
  }

  /** RFC 9457 problem details; also the shape in which an error crosses a worker or process boundary. */
  toProblem(): Problem {
    return {
      type: `urn:recto:error:${this.code}`,
      title: ERROR_CODES[this.code].title,
      status: this.status,
      code: this.code,
      detail: this.message,
      ...(this.errors && { errors: this.errors }),
      ...(this.retryAfterMs !== undefined && { retry_after_ms: this.retryAfterMs }),
    };
  }

  /** The error that `toProblem` described; an unknown code reads as `protocol`. */
  static fromProblem(problem: Problem): RectoError {
    const code = Object.hasOwn(ERROR_CODES, problem.code) ? (problem.code as ErrorCode) : 'protocol';
    return new RectoError(code, problem.detail ?? problem.title, {
      ...(problem.errors && { errors: problem.errors }),
      ...(typeof problem['retry_after_ms'] === 'number' && { retryAfterMs: problem['retry_after_ms'] }),
    });
  }

  /** Whatever was thrown, as a RectoError: itself, `cancelled` for an abort, else `fallback` with the cause kept. */
  static from(thrown: unknown, fallback: ErrorCode, message?: string): RectoError {
    if (thrown instanceof RectoError) return thrown;
    const text = thrown instanceof Error ? thrown.message : String(thrown);
    if (thrown instanceof Error && thrown.name === 'AbortError') return new RectoError('cancelled', 'Cancelled.', { cause: thrown });
    return new RectoError(fallback, message ?? text, { cause: thrown });
  }
}
