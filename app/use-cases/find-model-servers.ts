import type { FoundModelServer } from '../ports.ts';
import type { RectoApp } from '../recto-app.ts';

/** Model servers that run on this computer. Finding none is no error. */
export async function findModelServers(app: RectoApp, signal: AbortSignal): Promise<FoundModelServer[]> {
  return app.platform.models.find(signal);
}
