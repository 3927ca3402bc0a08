/** Rows that the mirror has not got yet, the oldest write first. A row that is written again waits once, in its last state. */
import type { StoredRow } from './stored-rows.ts';

interface Owed {
  row: StoredRow;
  /** The count of writes at the first of its states that is owed. */
  since: number;
}

export interface OwedRows {
  readonly size: number;
  /** How many writes there were. */
  readonly writes: number;
  /** Every write up to this one is no longer owed. */
  confirmed(): number;
  add(rows: readonly StoredRow[]): void;
  /**
   * The oldest ones, which are then in flight until they are `delivered` or taken again.
   * @param limits the batch ends before it has more; its first row is in it at any length
   */
  take<T>(limits: { rows: number; characters: number }, serialize: (row: StoredRow) => T & { body: string }): T[];
  delivered(): void;
  clear(): void;
}

export function createOwedRows(idField: string): OwedRows {
  const owed = new Map<string, Owed>();
  let inFlight = new Map<string, Owed>();
  let writes = 0;

  /** What did not get there goes first again, unless it was written since. */
  const putBack = (): void => {
    if (inFlight.size === 0) return;
    const later = [...owed];
    owed.clear();
    for (const [id, entry] of inFlight) owed.set(id, entry);
    for (const [id, entry] of later) {
      const since = inFlight.get(id)?.since ?? entry.since;
      owed.delete(id);
      owed.set(id, { row: entry.row, since });
    }
    inFlight = new Map();
  };

  return {
    get size() {
      return owed.size + inFlight.size;
    },
    get writes() {
      return writes;
    },
    confirmed() {
      let first = writes + 1;
      for (const { since } of owed.values()) first = Math.min(first, since);
      for (const { since } of inFlight.values()) first = Math.min(first, since);
      return first - 1;
    },
    add(rows) {
      writes += 1;
      for (const row of rows) {
        const id = String(row[idField]);
        const since = owed.get(id)?.since ?? writes;
        // At its end: rows go in the order of their last write.
        owed.delete(id);
        owed.set(id, { row, since });
      }
    },
    take({ rows, characters }, serialize) {
      putBack();
      const taken: ReturnType<typeof serialize>[] = [];
      let length = 0;
      for (const [id, entry] of owed) {
        if (taken.length === rows) break;
        const made = serialize(entry.row);
        length += made.body.length;
        if (taken.length > 0 && length > characters) break;
        taken.push(made);
        inFlight.set(id, entry);
        owed.delete(id);
      }
      return taken;
    },
    delivered() {
      inFlight = new Map();
    },
    clear() {
      owed.clear();
      inFlight = new Map();
    },
  };
}
