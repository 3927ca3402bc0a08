/**
 * Ids that are hashes of what they stand for, so that the same wish makes the same job once and the same work
 * the same blob once, whoever does it and however often.
 */
import { sha256 } from '@noble/hashes/sha2.js';
import { bytesToHex, utf8ToBytes } from '@noble/hashes/utils.js';
import { RectoError } from '#schemas/errors.ts';

/**
 * JSON with the keys of every object in code unit order and without white space (RFC 8785 for what JSON.stringify
 * writes of strings and numbers). A key whose value is undefined is left out, as in JSON.
 * @throws RectoError malformed for what JSON can't hold (NaN, functions, cycles)
 */
export function toCanonicalJson(value: unknown, ancestors: readonly object[] = []): string {
  if (value === null || typeof value === 'boolean' || typeof value === 'string') return JSON.stringify(value);
  if (typeof value === 'number' && Number.isFinite(value)) return JSON.stringify(value);
  if (typeof value !== 'object' || ancestors.includes(value)) {
    throw new RectoError('malformed', 'A processor’s configuration must be JSON.');
  }
  const within = [...ancestors, value];
  if (Array.isArray(value)) return `[${value.map((item: unknown) => toCanonicalJson(item ?? null, within)).join(',')}]`;
  const entries = Object.entries(value).filter(([, item]) => item !== undefined);
  entries.sort(([a], [b]) => (a < b ? -1 : 1));
  return `{${entries.map(([key, item]) => `${JSON.stringify(key)}:${toCanonicalJson(item, within)}`).join(',')}}`;
}

const hash = (...parts: unknown[]): string => bytesToHex(sha256(utf8ToBytes(toCanonicalJson(parts))));

/** 64 hex digits. The user is part of it, so that no one can take up another's job by naming their blob. */
export function jobId(job: {
  user_id: string;
  processor_id: string;
  blob_id: string;
  blob_version: number;
  config: Record<string, unknown>;
}): string {
  return hash('job', job.user_id, job.processor_id, job.blob_id, job.blob_version, job.config);
}

/** 64 hex digits. The same on every device and before and after sign-in, so a double run makes one blob. */
export function derivedBlobId(processorId: string, parentId: string, parentVersion: number, config: Record<string, unknown>): string {
  return hash('derived', processorId, parentId, parentVersion, config);
}
