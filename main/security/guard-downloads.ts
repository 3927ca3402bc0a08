import type { Session } from 'electron';

/** Files reach the disk by the author's own dialog and nothing else: a page's download is ended before it begins. */
export function guardDownloads(session: Pick<Session, 'on'>): void {
  session.on('will-download', (event) => event.preventDefault());
}
