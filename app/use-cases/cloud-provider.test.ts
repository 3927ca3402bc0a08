import { afterEach, beforeEach, expect, test } from 'vitest';
import { createApp } from '../create-app.ts';
import type { RectoApp } from '../recto-app.ts';
import { createDevicePlatform, startWorld, type World } from '../sync/sync-rig.acceptance.ts';
import { forgetCloudProvider } from './forget-cloud-provider.ts';
import { readCloudProvider } from './read-cloud-provider.ts';
import { setCloudProvider } from './set-cloud-provider.ts';
import { signUp } from './sign-up.ts';

let world: World;
let app: RectoApp;

beforeEach(async () => {
  world = await startWorld();
  app = await createApp(createDevicePlatform());
});
afterEach(async () => {
  await app.close();
  await world.close();
});

test('an account’s server has the author’s own text provider, and gives its key back to nobody', async () => {
  await expect(readCloudProvider(app)).rejects.toMatchObject({ code: 'unauthenticated' });
  await signUp(app, { server: world.proxy.url, email: 'author@example.org', password: 'correct horse battery' });
  expect(await readCloudProvider(app)).toBeNull();
  await setCloudProvider(app, { provider: 'anthropic', model: 'claude', price: { input: 3, output: 15 }, monthly_budget: 20, key: 'sk-secret' });
  const provider = await readCloudProvider(app);
  expect(provider).toMatchObject({ provider: 'anthropic', base_url: 'https://api.anthropic.com/v1', model: 'claude', monthly_budget: 20, has_key: true, spent_this_month: 0 });
  expect(JSON.stringify(provider)).not.toContain('sk-secret');
  await expect(setCloudProvider(app, { provider: 'openai-compatible', model: 'm' })).rejects.toMatchObject({ code: 'schema_violation' });
  await forgetCloudProvider(app);
  expect(await readCloudProvider(app)).toBeNull();
});
