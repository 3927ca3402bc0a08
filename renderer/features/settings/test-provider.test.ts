import { expect, test } from 'vitest';
import { RectoError } from '#schemas/errors.ts';
import { testProvider, type Asking } from './test-provider.ts';

function having(models: string[]): Asking {
  return { platform: { models: { find: async () => [], list: async () => models } } };
}

const ask = (models: string[], model = 'm1') => testProvider(having(models), { provider: 'openai-compatible', baseUrl: 'http://127.0.0.1/v1', model });

test('says whether the server has the model', async () => {
  expect(await ask(['m1', 'm2'])).toBe('The server answers and has m1.');
  expect(await ask(['m2'])).toBe('The server answers, but has no model “m1”. It has m2.');
  expect(await ask(['a', 'b', 'c', 'd', 'e', 'f'])).toContain('It has a, b, c, d, e and more.');
  expect(await ask([])).toContain('does not say which models');
});

test('fails as the asking fails', async () => {
  const list = async () => {
    throw new RectoError('provider_auth', 'No.');
  };
  const app: Asking = { platform: { models: { find: async () => [], list } } };
  await expect(testProvider(app, { provider: 'openai-compatible', baseUrl: 'http://127.0.0.1/v1', model: 'm' })).rejects.toMatchObject({ code: 'provider_auth' });
});
