import { PROVIDER_KEY } from '../ports.ts';
import type { RectoApp } from '../recto-app.ts';

/** Keeps a provider's key among this computer's secrets and nowhere else; null forgets it. */
export async function setProviderKey(app: RectoApp, key: string | null): Promise<void> {
  const trimmed = key?.trim() ?? '';
  if (trimmed === '') await app.platform.secrets.delete(PROVIDER_KEY);
  else await app.platform.secrets.set(PROVIDER_KEY, trimmed);
}
