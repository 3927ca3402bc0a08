/** What a person reads of sync: one state, and a sentence where there is something to know or to do. */
import { combineLatest, distinctUntilChanged, map, type BehaviorSubject, type Observable } from 'rxjs';
import { isSame } from '../domain/merge-values.ts';
import type { SyncStatus } from '../recto-app.ts';

/** What is in the way of sync. */
export type Hindrance = { state: 'offline' | 'signed-out'; message?: string } | null;

export interface StatusSources {
  hindrance$: BehaviorSubject<Hindrance>;
  /** Something is being sent or fetched. */
  active$: BehaviorSubject<boolean>;
  pending$: Observable<number>;
  setAside$: Observable<SyncStatus['setAside']>;
}

export function observeStatus({ hindrance$, active$, pending$, setAside$ }: StatusSources): Observable<SyncStatus> {
  return combineLatest([hindrance$, active$, pending$, setAside$]).pipe(
    map(([hindrance, active, pending, setAside]): SyncStatus => {
      const state = hindrance?.state ?? (active || pending > 0 ? 'syncing' : 'synced');
      const message = hindrance?.state === 'signed-out' ? askToSignIn(pending) : (hindrance?.message ?? tellSetAside(setAside.length));
      return { state, pending, setAside, ...(message !== undefined && { message }) };
    }),
    distinctUntilChanged<SyncStatus>(isSame),
  );
}

function askToSignIn(pending: number): string {
  return pending === 0 ? 'Sign in to sync' : `Sign in to sync ${pending} ${pending === 1 ? 'change' : 'changes'}`;
}

function tellSetAside(count: number): string | undefined {
  if (count === 0) return undefined;
  return count === 1 ? 'The server refused one text. It is safe on this device.' : `The server refused ${count} texts. They are safe on this device.`;
}
