import type { SecretStore } from '#app/ports.ts';

const PREFIX = 'recto:secret:';

/**
 * Secrets in the browser's localStorage: there is no keychain in a tab, and IndexedDB protects no better. They
 * are as safe as the browser's profile. Where even that is refused (a private window), they live as long as the page.
 */
export function createLocalSecretStore(): SecretStore {
  const storage = openLocalStorage();
  const memory = new Map<string, string>();
  if (!storage) {
    return {
      persistent: false,
      get: async (name) => memory.get(name) ?? null,
      set: async (name, value) => void memory.set(name, value),
      delete: async (name) => void memory.delete(name),
    };
  }
  return {
    persistent: true,
    get: async (name) => storage.getItem(PREFIX + name),
    set: async (name, value) => storage.setItem(PREFIX + name, value),
    delete: async (name) => storage.removeItem(PREFIX + name),
  };
}

/** Null where the browser keeps nothing for this page: even reading the property throws there. */
function openLocalStorage(): Storage | null {
  try {
    const probe = `${PREFIX}probe`;
    localStorage.setItem(probe, '1');
    localStorage.removeItem(probe);
    return localStorage;
  } catch {
    return null;
  }
}
