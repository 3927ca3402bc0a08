import { ERROR_CODES, RectoError } from '#schemas/errors.ts';

/** Whatever was thrown, as a sentence for the person who sees it. */
export function describeError(thrown: unknown): string {
  if (thrown instanceof RectoError) return thrown.message || `${ERROR_CODES[thrown.code].title}.`;
  const detail = thrown instanceof Error ? thrown.message : String(thrown);
  return `Something went wrong (${detail}). What was saved is safe; try again, or reload the page.`;
}

/** True when the person stopped it: nothing to tell. */
export function isCancelled(thrown: unknown): boolean {
  if (thrown instanceof RectoError) return thrown.code === 'cancelled';
  return thrown instanceof Error && thrown.name === 'AbortError';
}
