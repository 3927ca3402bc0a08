import type { RectoApp } from '../recto-app.ts';

/**
 * Keeps a provider's key among this computer's secrets and nowhere else, for the provider at this address alone; null forgets
 * the key that there is.
 * @throws RectoError configuration (no address), file_unwritable
 */
export async function setProviderKey(app: RectoApp, baseUrl: string, key: string | null): Promise<void> {
  const trimmed = key?.trim() ?? '';
  if (trimmed === '') await app.platform.providerKeys.delete();
  else await app.platform.providerKeys.set({ baseUrl: baseUrl.trim(), key: trimmed });
}
