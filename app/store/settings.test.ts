import { firstValueFrom } from 'rxjs';
import { afterEach, describe, expect, it } from 'vitest';
import { createApp } from '../create-app.ts';
import type { RectoApp } from '../recto-app.ts';
import { createMemoryProviderKeys, createTestPlatform, STORAGES } from '../test-support/test-platform.ts';
import { setProviderKey } from '../use-cases/set-provider-key.ts';
import { updateSettings } from '../use-cases/update-settings.ts';

let app: RectoApp | undefined;
afterEach(async () => app?.close());

describe.each(Object.entries(STORAGES))('settings on %s', (_name, createStorage) => {
  it('are there again at the next start, the line that was being written, too', async () => {
    const platform = createTestPlatform({ storage: createStorage() });
    app = await createApp(platform);
    expect(await firstValueFrom(app.settings$)).toEqual({ theme: 'system', ai: { provider: 'built-in' }, processors: {}, lastPlace: null });
    const lastPlace = { bookId: 'b', chapterId: 'c', offset: 1_234 };
    await updateSettings(app, { theme: 'night', ai: { provider: 'openai-compatible', baseUrl: 'http://127.0.0.1:11434/v1', model: 'm' } });
    await updateSettings(app, { lastPlace });
    await app.close();
    app = await createApp(platform);
    expect(await firstValueFrom(app.settings$)).toEqual({
      theme: 'night', ai: { provider: 'openai-compatible', baseUrl: 'http://127.0.0.1:11434/v1', model: 'm' }, processors: {}, lastPlace,
    });
    await updateSettings(app, { lastPlace: null });
    expect((await firstValueFrom(app.settings$)).lastPlace).toBeNull();
  });

  it('keep a provider’s key among the secrets and nowhere in the library', async () => {
    const providerKeys = createMemoryProviderKeys();
    app = await createApp(createTestPlatform({ storage: createStorage(), providerKeys }));
    await setProviderKey(app, ' https://api.example.com/v1 ', ' sk-123 ');
    expect(providerKeys.kept).toEqual({ baseUrl: 'https://api.example.com/v1', key: 'sk-123' });
    expect(JSON.stringify(await firstValueFrom(app.settings$))).not.toContain('sk-123');
    await setProviderKey(app, 'https://api.example.com/v1', null);
    expect(providerKeys.kept).toBeNull();
  });
});
