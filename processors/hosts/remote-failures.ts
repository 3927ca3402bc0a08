import { RectoError, type ErrorCode, type FieldError } from '#schemas/errors.ts';

/** What a worker may say of its run. A failure of the server or of a session is not a worker's to claim. */
const CODES: ReadonlySet<string> = new Set<ErrorCode>([
  'budget_exceeded', 'compile_empty', 'compile_missing_text', 'compile_unwritable', 'compile_words_differ', 'configuration', 'context_too_long',
  'input_invalid', 'network', 'processor_crashed', 'processor_failed', 'processor_output_invalid', 'processor_timeout', 'processor_unknown',
  'provider_auth', 'provider_failed', 'provider_nonsense', 'provider_rate_limited', 'provider_refused', 'provider_truncated', 'provider_unreachable',
  'schema_unknown', 'schema_violation', 'storage_failed', 'storage_full', 'too_large', 'unavailable', 'workflow_invalid', 'workflow_step_failed',
]);

/** The failure that a worker told of; a code that is none of a processor's counts as processor_failed. */
export function readFailure({ code, message, errors, retry_after_ms: retryAfterMs }: {
  code: string;
  message: string;
  errors?: FieldError[];
  retry_after_ms?: number;
}): RectoError {
  return new RectoError(CODES.has(code) ? (code as ErrorCode) : 'processor_failed', message, {
    ...(errors && { errors }),
    ...(retryAfterMs !== undefined && { retryAfterMs }),
  });
}
