/** Blobs that the server refused: kept here, shown, and not sent again until they change or the app starts anew. */
import { BehaviorSubject, type Observable } from 'rxjs';
import { RectoError } from '#schemas/errors.ts';
import type { Problem } from '#schemas/generated/types.ts';
import { isFields } from '../domain/merge-values.ts';
import type { LocalState } from './sync-types.ts';
import type { BlobState } from './wire-rows.ts';

const KEY = 'set-aside';

interface Row {
  blobId: string;
  /** The state that was refused. */
  stamp: string;
  problem: Problem;
}

export interface SetAside {
  readonly list$: Observable<{ blobId: string; error: RectoError }[]>;
  /** Whether this very state was refused. */
  has(state: BlobState): boolean;
  /** Whether it was refused since the start. */
  hasSinceStart(state: BlobState): boolean;
  /** Resolves when it is stored. */
  add(refused: readonly { state: BlobState; error: RectoError }[]): Promise<void>;
  /** The server has it now, in whatever state. */
  clear(ids: readonly string[]): void;
}

/** Tells one state of a blob from another: each write makes a new version or a later time. */
export function stampOf(state: Pick<BlobState, 'version' | 'updated_at' | '_deleted'>): string {
  return `${state.version} ${state.updated_at} ${state._deleted ? 'deleted' : ''}`;
}

export async function openSetAside(local: LocalState): Promise<SetAside> {
  const rows = new Map((readRows(await local.get(KEY))).map((row) => [row.blobId, row]));
  const toList = (): { blobId: string; error: RectoError }[] => [...rows.values()].map(({ blobId, problem }) => ({ blobId, error: RectoError.fromProblem(problem) }));
  const list$ = new BehaviorSubject(toList());
  const sinceStart = new Set<string>();
  const store = async (): Promise<void> => {
    list$.next(toList());
    await local.set(KEY, [...rows.values()]);
  };
  return {
    list$,
    has: (state) => rows.get(state.id)?.stamp === stampOf(state),
    hasSinceStart: (state) => sinceStart.has(state.id) && rows.get(state.id)?.stamp === stampOf(state),
    add: async (refused) => {
      for (const { state, error } of refused) {
        rows.set(state.id, { blobId: state.id, stamp: stampOf(state), problem: error.toProblem() });
        sinceStart.add(state.id);
      }
      await store();
    },
    clear: (cleared) => {
      if (rows.size === 0 || !cleared.some((id) => rows.delete(id))) return;
      for (const id of cleared) rows.delete(id);
      // A row that comes back after a crash is tried once more, and cleared then.
      void store().catch(() => undefined);
    },
  };
}

function readRows(value: unknown): Row[] {
  if (!Array.isArray(value)) return [];
  return value.filter((row): row is Row => isFields(row) && typeof row['blobId'] === 'string' && typeof row['stamp'] === 'string' && isFields(row['problem']));
}
