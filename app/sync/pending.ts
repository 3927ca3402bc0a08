/** How many blobs the server has not got yet: counted from what changes, so that a keystroke reads nothing. */
import { BehaviorSubject, type Observable, type Subscription } from 'rxjs';
import type { BlobState } from './wire-rows.ts';
import { stampOf } from './set-aside.ts';
import type { BlobCollection } from './sync-types.ts';

export interface Pending {
  readonly count$: Observable<number>;
  readonly count: number;
  add(states: readonly BlobState[]): void;
  /** The server has these states. One that changed meanwhile still waits. */
  sent(states: readonly BlobState[]): void;
  /** Not waiting any more, whatever their state: refused, or found equal to the server's. */
  drop(ids: readonly string[]): void;
  close(): void;
}

/** @param isOwn whether a write's context is the replication's own, which brought it from the server */
export function trackPending(collection: BlobCollection, isOwn: (context: string) => boolean): Pending {
  const waiting = new Map<string, string>();
  const count$ = new BehaviorSubject(0);
  const changed = (): void => {
    if (count$.value !== waiting.size) count$.next(waiting.size);
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
      return waiting.size;
    },
    add,
    sent: (states) => {
      for (const state of states) if (waiting.get(state.id) === stampOf(state)) waiting.delete(state.id);
      changed();
    },
    drop: (ids) => {
      for (const id of ids) waiting.delete(id);
      changed();
    },
    close: () => subscription.unsubscribe(),
  };
}
