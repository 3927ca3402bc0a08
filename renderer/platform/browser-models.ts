/** The key of a text provider and the model servers, as a page in a browser has them: with its own storage and its own fetch. */
import type { Models, ProviderKeys, SecretStore } from '#app/ports.ts';
import { RectoError } from '#schemas/errors.ts';
import { findModelServers, listModels } from './workers.ts';

const KEY = 'provider-key';
const KEY_FOR = 'provider-key-for';

export interface BrowserModels {
  providerKeys: ProviderKeys;
  models: Models;
  /** The key, if the kept one is for the provider at this address. */
  keyFor(baseUrl: string): Promise<string | null>;
}

export function createBrowserModels(secrets: SecretStore, fetchFrom: typeof fetch): BrowserModels {
  const keyFor = async (baseUrl: string): Promise<string | null> => {
    const origin = await secrets.get(KEY_FOR);
    // A key without an origin is from before there was one: it goes where it went.
    return origin === null || origin === originOf(baseUrl) ? secrets.get(KEY) : null;
  };
  return {
    keyFor,
    providerKeys: {
      status: async () => ({ persistent: secrets.persistent, keyFor: await secrets.get(KEY_FOR) }),
      async set({ baseUrl, key }) {
        const origin = originOf(baseUrl);
        if (!origin) throw new RectoError('configuration', 'A key is kept for one server. Give its base URL too, such as https://api.openai.com/v1.');
        // First the key goes: none is ever kept under the origin of another.
        await secrets.delete(KEY);
        await secrets.set(KEY_FOR, origin);
        await secrets.set(KEY, key);
      },
      async delete() {
        await secrets.delete(KEY);
        await secrets.delete(KEY_FOR);
      },
    },
    models: {
      find: (signal) => findModelServers(fetchFrom, signal),
      list: async (server, signal) => listModels({ ...server, fetch: fetchFrom, key: await keyFor(server.baseUrl), signal }),
    },
  };
}

function originOf(baseUrl: string): string | null {
  return URL.canParse(baseUrl) && /^https?:/i.test(baseUrl) ? new URL(baseUrl).origin : null;
}
