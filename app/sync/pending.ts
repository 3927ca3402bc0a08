/** How many blobs the server has not got yet: counted from what changes, so that a keystroke reads nothing. */
import { BehaviorSubject, type Observable, type Subscription } from 'rxjs';
import type { BlobState } from './wire-rows.ts';
import { stampOf } from './set-aside.ts';
import type { BlobCollection } from './sync-types.ts';

export interface Pending {
  readonly count$: Observable<number>;
  readonly count: number;
  /** Those that are known one by one, and which state of each. */
  stamps(): ReadonlyMap<string, string>;
  add(states: readonly BlobState[]): void;
  /** So many wait that were never sent, whichever they are; until `baseSent`. */
  addBase(count: number): void;
  baseSent(): void;
  /** The server has these states. One that changed meanwhile still waits. */
  sent(states: readonly BlobState[]): void;
  /** Not waiting any more, whatever their state: refused. */
  drop(ids: readonly string[]): void;
  /** Found equal to the server's after `seen` was read; one that changed since still waits. */
  settled(ids: readonly string[], seen: ReadonlyMap<string, string>): void;
  close(): void;
}

/** @param isOwn whether a write's context is the replication's own, which brought it from the server */
export function trackPending(collection: BlobCollection, isOwn: (context: string) => boolean): Pending {
  const waiting = new Map<string, string>();
  const count$ = new BehaviorSubject(0);
  let base = 0;
  const changed = (): void => {
    if (count$.value !== waiting.size + base) count$.next(waiting.size + base);
  };
  const add = (states: readonly BlobState[]): void => {
    for (const state of states) waiting.set(state.id, stampOf(state));
    changed();
  };
  const subscription: Subscription = collection.storageInstance.changeStream().subscribe((bulk) => {
    if (!isOwn(bulk.context)) add(bulk.events.map((event) => event.documentData));
  });
  return {
    count$,
    get count() {
      return waiting.size + base;
    },
    stamps: () => new Map(waiting),
    add,
    sent: (states) => {
      for (const state of states) {
        const stamp = waiting.get(state.id);
        if (stamp === undefined) base = Math.max(0, base - 1);
        else if (stamp === stampOf(state)) waiting.delete(state.id);
      }
      changed();
    },
    addBase: (count) => {
      base += count;
      changed();
    },
    baseSent: () => {
      base = 0;
      changed();
    },
    drop: (ids) => {
      for (const id of ids) if (!waiting.delete(id)) base = Math.max(0, base - 1);
      changed();
    },
    settled: (ids, seen) => {
      for (const id of ids) if (waiting.get(id) === seen.get(id)) waiting.delete(id);
      changed();
    },
    close: () => subscription.unsubscribe(),
  };
}
