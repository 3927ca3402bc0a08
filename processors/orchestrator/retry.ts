import type { ErrorCode, RectoError } from '#schemas/errors.ts';
import type { Job } from './ports.ts';

export const MAX_ATTEMPTS = 5;
const FIRST_DELAY_MS = 2_000;
const LONGEST_DELAY_MS = 5 * 60_000;
/** A provider may ask for more patience than our own backoff, but not for more than a day. */
const LONGEST_RETRY_AFTER_MS = 24 * 3_600_000;

/** Failures that may pass by themselves. Any other code ends the job at the first attempt. */
const RETRY_HELPS: ReadonlySet<ErrorCode> = new Set<ErrorCode>([
  'internal',
  'network',
  'processor_crashed',
  'processor_failed',
  'processor_output_invalid',
  'processor_timeout',
  'protocol',
  'provider_failed',
  'provider_nonsense',
  'provider_rate_limited',
  'provider_truncated',
  'provider_unreachable',
  'rate_limited',
  'storage_failed',
  'storage_full',
  'unavailable',
  'version_conflict',
]);

/**
 * Milliseconds before the next attempt: exponential (2 s, 4 s, 8 s, … at most 5 min) with equal jitter, between half of that
 * and the whole (Brooker, “Exponential Backoff And Jitter”, AWS 2015), and never less than what was asked for.
 */
function retryDelayMs(attempts: number, random: number, retryAfterMs = 0): number {
  const whole = Math.min(LONGEST_DELAY_MS, FIRST_DELAY_MS * 2 ** Math.max(0, attempts - 1));
  const delay = whole / 2 + (whole / 2) * random;
  return Math.round(Math.max(delay, Math.min(retryAfterMs, LONGEST_RETRY_AFTER_MS)));
}

/** The job as it stands after a failed attempt: queued again, cancelled, or dead. */
export function afterFailure(job: Job, error: RectoError, now: number, random: number): Job {
  const failed: Job = { ...job, error: { code: error.code, message: error.message }, lease_until: 0, updated_at: now };
  if (error.code === 'cancelled') return { ...failed, state: 'cancelled' };
  if (!RETRY_HELPS.has(error.code) || job.attempts >= MAX_ATTEMPTS) return { ...failed, state: 'dead' };
  return { ...failed, state: 'queued', not_before: now + retryDelayMs(job.attempts, random, error.retryAfterMs) };
}
