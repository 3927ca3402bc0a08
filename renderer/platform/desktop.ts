import type { Observable } from 'rxjs';
import type { Notice, StartInformation } from '#schemas/ipc.ts';
import type { CallMain, ListenToMain } from './desktop-bridge.ts';

/** What only a desktop window has: backups, spelling, menus, the author's file. The contract of both is schemas/ipc.ts. */
export interface Desktop {
  /** What the program said when the window opened. */
  readonly start: StartInformation;
  /** What the program did by itself since it started; who listens later gets the earlier ones too. */
  readonly notices$: Observable<Notice>;
  readonly call: CallMain;
  readonly on: ListenToMain;
}
