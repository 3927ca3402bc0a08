import type { Session } from 'electron';
import { isAppUrl } from './check-sender.ts';

/** Writing to the clipboard what the author copies, and asking that the storage stays. Neither shows or tells anything. */
const GRANTED: ReadonlySet<string> = new Set(['clipboard-sanitized-write', 'persistent-storage']);

/** Everything that a page can ask leave for is refused: camera, place, devices, notifications, files, the lot. */
export function guardPermissions(session: Pick<Session, 'setPermissionRequestHandler' | 'setPermissionCheckHandler' | 'setDevicePermissionHandler'>): void {
  session.setPermissionRequestHandler((_contents, permission, answer, details) => answer(isGranted(permission, details.requestingUrl)));
  session.setPermissionCheckHandler((_contents, permission, requestingOrigin) => isGranted(permission, requestingOrigin));
  session.setDevicePermissionHandler(() => false);
}

function isGranted(permission: string, from: string): boolean {
  return GRANTED.has(permission) && isAppUrl(from);
}
