import { matchesPattern } from '#processors/orchestrator/event-patterns.ts';

/**
 * Whether a socket that asked for a pattern is sent a subject such as `blob.created.text-input-v1`. The wildcards are those of
 * manifests and of NATS; but a socket's pattern fits all that begins so: the API's `blob.*` names every event of blobs, with
 * their schema or without, where for a manifest it names those of two tokens.
 */
export function matchesSubscription(pattern: string, subject: string): boolean {
  return matchesPattern(pattern, subject) || matchesPattern(`${pattern}.>`, subject);
}
