/** What use-cases reach through the app they are given, and the renderer does not see. */
import { RectoError } from '#schemas/errors.ts';
import type { RectoApp, Settings } from './recto-app.ts';
import type { Library } from './store/library.ts';
import type { Account } from './sync/account.ts';
import type { InstanceSync } from './sync/instance-sync.ts';
import type { LocalState, Sync } from './sync/sync-types.ts';

export interface AppCore {
  /** The library that is open. While accounts are switched, the one that comes. */
  library(): Promise<Library>;
  readonly device: LocalState;
  /** Signing in or out here opens the account's library; `library` waits for it. */
  readonly account: Account;
  /** Of the library that is open; null: nobody is signed in. */
  sync(): Sync | null;
  /** The library that has no account, while an account's is open: for bringing its books along. The caller closes it. */
  openLocalLibrary(): Promise<Library>;
  readonly instances: InstanceSync;
  changeSettings(patch: Partial<Settings>): Promise<void>;
}

const cores = new WeakMap<RectoApp, AppCore>();

export function setCore(app: RectoApp, core: AppCore): void {
  cores.set(app, core);
}

export function coreOf(app: RectoApp): AppCore {
  const core = cores.get(app);
  if (!core) throw new RectoError('internal', 'This app was not made by createApp.');
  return core;
}
