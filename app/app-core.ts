/** What use-cases reach through the app they are given, and the renderer does not see. */
import { RectoError } from '#schemas/errors.ts';
import type { RectoApp, Settings } from './recto-app.ts';
import type { Library } from './store/library.ts';
import type { Account } from './sync/account.ts';
import type { OpenLibraries } from './sync/open-libraries.ts';
import type { LocalState } from './sync/sync-types.ts';

export interface AppCore {
  /** The library that is open. While accounts are switched, the one that comes. */
  library(): Promise<Library>;
  readonly device: LocalState;
  readonly account: Account;
  readonly libraries: OpenLibraries;
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
