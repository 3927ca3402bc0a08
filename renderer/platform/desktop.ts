import type { StartInformation } from '#schemas/ipc.ts';
import type { CallMain, ListenToMain } from './desktop-bridge.ts';

/** What only a desktop window has: backups, spelling, menus, the author's file. The contract of both is schemas/ipc.ts. */
export interface Desktop {
  /** What the program said when the window opened. */
  readonly start: StartInformation;
  /** False: this system has no keychain, so a session and a key are kept only until Recto closes. */
  readonly keepsSecrets: boolean;
  readonly call: CallMain;
  readonly on: ListenToMain;
}
