/** When a text's next edit is worth keeping what stands before it. */

/** Who writes again after so long begins a session. */
const SESSION_ENDS_AFTER_MS = 30 * 60_000;
const KEEP_EACH_MS = 5 * 60_000;
/** Two who write in one text at the same time are merged every two seconds. */
const MERGES_KEEP_EACH_MS = 60_000;

export interface EditPace {
  /** Called before each edit; the answer is given once. */
  reasonToKeep(blobId: string): 'session' | 'interval' | null;
  isMergeDue(blobId: string): boolean;
  /** What the answer was about could not be kept. */
  missed(blobId: string): void;
}

export function createEditPace(now: () => number): EditPace {
  const edits = new Map<string, { editedAt: number; keptAt: number }>();
  const merges = new Map<string, number>();
  /** A clock that was set back is as good a reason as one that went on. */
  const isPast = (since: number, ms: number): boolean => Math.abs(now() - since) >= ms;
  return {
    reasonToKeep(blobId) {
      const known = edits.get(blobId);
      const reason = !known || isPast(known.editedAt, SESSION_ENDS_AFTER_MS) ? 'session' : isPast(known.keptAt, KEEP_EACH_MS) ? 'interval' : null;
      edits.set(blobId, { editedAt: now(), keptAt: reason || !known ? now() : known.keptAt });
      return reason;
    },
    isMergeDue(blobId) {
      const last = merges.get(blobId);
      if (last !== undefined && !isPast(last, MERGES_KEEP_EACH_MS)) return false;
      merges.set(blobId, now());
      return true;
    },
    missed(blobId) {
      edits.delete(blobId);
      merges.delete(blobId);
    },
  };
}
