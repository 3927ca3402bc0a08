import { RectoError } from '#schemas/errors.ts';
import type { Handlers } from '../ipc.ts';
import type { SecretStore } from './secret-store.ts';

/** The key of a text provider: bound to the origin it was given for, and read by no window. */
export interface ProviderKeys {
  /** The key, if the kept one is for the provider at this address. */
  keyFor(baseUrl: string): Promise<string | null>;
  /** The origin that the kept key is for; null: none is kept. */
  origin(): Promise<string | null>;
  /** Takes the place of the one there was. @throws RectoError configuration (no address), those of `SecretStore.set` */
  set(key: { baseUrl: string; key: string }): Promise<void>;
  delete(): Promise<void>;
}

const NAME = 'provider-key';

export function createProviderKeys(secrets: SecretStore): ProviderKeys {
  const read = async (): Promise<{ origin: string; key: string } | null> => {
    const kept = await secrets.get(NAME);
    return kept === null ? null : (JSON.parse(kept) as { origin: string; key: string });
  };
  return {
    async keyFor(baseUrl) {
      const kept = await read();
      return kept && kept.origin === originOf(baseUrl) ? kept.key : null;
    },
    origin: async () => (await read())?.origin ?? null,
    async set({ baseUrl, key }) {
      const origin = originOf(baseUrl);
      if (origin === null) throw new RectoError('configuration', 'A key is kept for one server. Give its base URL too, such as https://api.openai.com/v1.');
      await secrets.set(NAME, JSON.stringify({ origin, key }));
    },
    delete: () => secrets.delete(NAME),
  };
}

/** Null: it is no http or https address. */
function originOf(url: string): string | null {
  if (!URL.canParse(url)) return null;
  const { origin, protocol } = new URL(url);
  return protocol === 'https:' || protocol === 'http:' ? origin : null;
}

interface SecretParts {
  secrets: SecretStore;
  providerKeys: ProviderKeys;
}

export function createSecretHandlers({ secrets, providerKeys }: SecretParts): Pick<Handlers, 'secrets.status' | 'secrets.set-provider-key' | 'secrets.delete-provider-key'> {
  return {
    'secrets.status': async () => ({ persistent: await secrets.isPersistent(), keyFor: await providerKeys.origin() }),
    async 'secrets.set-provider-key'(key) {
      await providerKeys.set(key);
      return null;
    },
    async 'secrets.delete-provider-key'() {
      await providerKeys.delete();
      return null;
    },
  };
}
