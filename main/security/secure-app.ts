/** The one place where the rules come together. Each is a module of its own beside this, with its test. */
import type { App, Session } from 'electron';
import { guardCertificates } from './guard-certificates.ts';
import { guardConnections, guardPeers } from './guard-connections.ts';
import { guardNavigation, guardWebViews, guardWindowOpen } from './guard-contents.ts';
import { guardDownloads } from './guard-downloads.ts';
import { guardPermissions } from './guard-permissions.ts';
import { guardRequests } from './guard-requests.ts';

/** Before the app is ready: every page that is ever made is under the rules, also one that nobody here made. */
export function secureApp(app: Pick<App, 'on' | 'enableSandbox'>): void {
  app.enableSandbox();
  guardCertificates(app);
  app.on('web-contents-created', (_event, contents) => {
    guardNavigation(contents);
    guardWindowOpen(contents);
    guardWebViews(contents);
    guardPeers(contents);
  });
}

/** When the app is ready, before the first window. */
export async function secureSession(session: Session): Promise<void> {
  guardPermissions(session);
  guardRequests(session);
  guardDownloads(session);
  await guardConnections(session);
}
