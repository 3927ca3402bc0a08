import { afterAll, beforeAll, expect, test } from 'vitest';
import type { SecretStore } from '#app/ports.ts';
import { MODEL, startScriptedOpenAiServer, type ScriptedServer } from '#processors/ai-service/test-support/scripted-openai-server.ts';
import { createBrowserModels } from './browser-models.ts';

let server: ScriptedServer;
beforeAll(async () => {
  server = await startScriptedOpenAiServer();
});
afterAll(() => server.close());

function createSecrets(all = new Map<string, string>()): SecretStore {
  return {
    persistent: true,
    get: async (name) => all.get(name) ?? null,
    set: async (name, value) => void all.set(name, value),
    delete: async (name) => void all.delete(name),
  };
}

test('a key is given for its own origin alone', async () => {
  const { providerKeys, keyFor } = createBrowserModels(createSecrets(), fetch);
  await providerKeys.set({ baseUrl: 'https://api.example.com/v1', key: 'k' });
  expect(await providerKeys.status()).toEqual({ persistent: true, keyFor: 'https://api.example.com' });
  expect(await keyFor('https://api.example.com/other/v2')).toBe('k');
  expect(await keyFor('https://api.example.org/v1')).toBeNull();
  expect(await keyFor('not an address')).toBeNull();
  await providerKeys.delete();
  expect(await providerKeys.status()).toEqual({ persistent: true, keyFor: null });
  expect(await keyFor('https://api.example.com/v1')).toBeNull();
});

test('a key that was kept before keys had an origin is still used', async () => {
  expect(await createBrowserModels(createSecrets(new Map([['provider-key', 'old']])), fetch).keyFor('https://api.example.com/v1')).toBe('old');
});

test('a key needs an address that it is for', async () => {
  const { providerKeys } = createBrowserModels(createSecrets(), fetch);
  await expect(providerKeys.set({ baseUrl: 'api.example.com', key: 'k' })).rejects.toMatchObject({ code: 'configuration' });
  await expect(providerKeys.set({ baseUrl: 'ftp://api.example.com', key: 'k' })).rejects.toMatchObject({ code: 'configuration' });
});

test('lists the models of a server', async () => {
  const { models } = createBrowserModels(createSecrets(), fetch);
  expect(await models.list({ baseUrl: server.url }, new AbortController().signal)).toEqual([MODEL]);
});
