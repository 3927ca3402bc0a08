import { mkdir, mkdtemp, readdir, readFile, rm, stat, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import type { Notice } from '#schemas/ipc.ts';
import { createProviderKeys, createSecretHandlers } from './provider-keys.ts';
import { createSecretStore, type Keychain } from './secret-store.ts';
import { createTestKeychain } from './test-support/test-keychain.ts';
import type { IpcContext } from '../ipc.ts';

let file: string;
let notices: Notice[];
beforeEach(async () => {
  file = join(await mkdtemp(join(tmpdir(), 'recto-secrets-')), 'Recto', 'secrets.json');
  notices = [];
});
afterEach(() => rm(dirname(dirname(file)), { recursive: true, force: true }));

const open = (safeStorage: Keychain) => createSecretStore({ safeStorage, file, onNotice: (notice) => notices.push(notice) });

describe('secrets', () => {
  it('are there at the next start, and in no file as they are', async () => {
    const keychain = createTestKeychain();
    await open(keychain).set('session', 'a refresh token');
    const next = open(keychain);
    expect(await next.isPersistent()).toBe(true);
    expect(await next.get('session')).toBe('a refresh token');
    expect(await next.get('other')).toBeNull();
    expect(await readFile(file, 'utf8')).not.toContain('refresh token');
    expect(await readdir(dirname(file))).toEqual(['secrets.json']);
    await next.delete('session');
    expect(await next.get('session')).toBeNull();
    expect(await open(keychain).get('session')).toBeNull();
  });

  it.skipIf(process.platform === 'win32')('are in a file that their owner alone may read', async () => {
    const store = open(createTestKeychain());
    await store.set('a', '1');
    await store.set('b', '2');
    expect((await stat(file)).mode & 0o777).toBe(0o600);
  });

  it('that are set at once are all kept', async () => {
    const keychain = createTestKeychain();
    const store = open(keychain);
    const names = Array.from({ length: 12 }, (_, index) => `name ${index}`);
    await Promise.all(names.map((name) => store.set(name, `value of ${name}`)));
    const next = open(keychain);
    expect(await Promise.all(names.map((name) => next.get(name)))).toEqual(names.map((name) => `value of ${name}`));
  });

  it.each<[string, Partial<Keychain>]>([
    ['with a backend that protects nothing', { getSelectedStorageBackend: () => 'basic_text' }],
    ['without a keychain', { isAsyncEncryptionAvailable: async () => false }],
    ['with a keychain that fails', { isAsyncEncryptionAvailable: async () => Promise.reject(new Error('no bus')) }],
  ])('%s live as long as the program, and none is written', async (_what, more) => {
    const keychain = createTestKeychain();
    await open(keychain).set('session', 'from better days');
    const store = open({ ...keychain, ...more });
    expect(await store.isPersistent()).toBe(false);
    expect(await store.get('session')).toBeNull();
    const before = await readFile(file, 'utf8');
    await store.set('key', 'k');
    expect(await store.get('key')).toBe('k');
    expect(await readFile(file, 'utf8')).toBe(before);
    await store.delete('session');
    expect(await open(keychain).get('session')).toBeNull();
  });

  it('of another keychain are absent, said once, and can be set again', async () => {
    await open(createTestKeychain()).set('session', 'x');
    const keychain = createTestKeychain();
    const store = open(keychain);
    expect(await store.get('session')).toBeNull();
    expect(await store.get('session')).toBeNull();
    expect(notices).toEqual([{ kind: 'warning', message: expect.stringContaining('Sign in again') }]);
    await store.set('session', 'y');
    expect(await open(keychain).get('session')).toBe('y');
  });

  it.each(['', '{', '[]', 'null', '{"secrets":7}', '{"secrets":{"session":7}}', '{"version":1,"secrets":{"session":"§§"}}'])('of a file that holds %j are absent, and can be set again', async (text) => {
    await mkdir(dirname(file), { recursive: true });
    await writeFile(file, text);
    const keychain = createTestKeychain();
    const store = open(keychain);
    expect(await store.get('session')).toBeNull();
    await store.set('session', 'y');
    expect(await open(keychain).get('session')).toBe('y');
  });

  it('are sealed anew when the keychain’s own key was changed', async () => {
    const keychain = createTestKeychain();
    await open(keychain).set('session', 'x');
    const before = await readFile(file, 'utf8');
    const changed: Keychain = { ...keychain, decryptStringAsync: async (bytes) => ({ ...(await keychain.decryptStringAsync(bytes)), shouldReEncrypt: true }) };
    expect(await open(changed).get('session')).toBe('x');
    expect(await readFile(file, 'utf8')).not.toBe(before);
    expect(await open(keychain).get('session')).toBe('x');
  });

  it('of one name set twice at once: the later holds', async () => {
    const keychain = createTestKeychain();
    let slow = true;
    const uneven: Keychain = {
      ...keychain,
      async encryptStringAsync(text) {
        const wait = slow;
        slow = false;
        if (wait) await new Promise((resolve) => setTimeout(resolve, 20));
        return keychain.encryptStringAsync(text);
      },
    };
    const store = open(uneven);
    await Promise.all([store.set('session', 'first'), store.set('session', 'second')]);
    expect(await open(keychain).get('session')).toBe('second');
  });

  it('of a file that can’t be read are absent, and the file stays', async () => {
    await mkdir(file, { recursive: true });
    const store = open(createTestKeychain());
    expect(await store.get('session')).toBeNull();
    expect(notices).toHaveLength(1);
    await expect(store.set('session', 'x')).rejects.toMatchObject({ code: 'file_unreadable' });
    expect(await store.get('session')).toBe('x');
    expect((await stat(file)).isDirectory()).toBe(true);
  });

  it('that can’t be written hold until the program ends, which is said', async () => {
    // A file where the folder has to be: no user of any rights can write there.
    await writeFile(dirname(file), '');
    const keychain = createTestKeychain();
    const store = open(keychain);
    await expect(store.set('session', 'x')).rejects.toMatchObject({ code: 'file_unwritable' });
    expect(await store.get('session')).toBe('x');
    const locked = open({ ...keychain, encryptStringAsync: async () => Promise.reject(new Error('locked')) });
    await expect(locked.set('session', 'y')).rejects.toMatchObject({ code: 'unavailable' });
    expect(await locked.get('session')).toBe('y');
  });
});

describe('a provider’s key', () => {
  it('is given for its own origin alone, and never to the window', async () => {
    const keychain = createTestKeychain();
    const secrets = open(keychain);
    const providerKeys = createProviderKeys(secrets);
    const handlers = createSecretHandlers({ secrets, providerKeys });
    const context = {} as IpcContext;
    expect(await handlers['secrets.status']({}, context)).toEqual({ persistent: true, keyFor: null });
    await handlers['secrets.set-provider-key']({ baseUrl: 'https://api.example.com/v1', key: 'sk-1' }, context);
    expect(await handlers['secrets.status']({}, context)).toEqual({ persistent: true, keyFor: 'https://api.example.com' });
    const later = createProviderKeys(open(keychain));
    expect(await later.keyFor('https://api.example.com/v2/')).toBe('sk-1');
    for (const other of ['http://api.example.com/v1', 'https://api.example.com:444/v1', 'https://example.com/v1', 'https://api.example.com.evil.org', 'https://api.example.com@evil.org', 'file:///x', '', 'null']) {
      expect(await later.keyFor(other)).toBeNull();
    }
    await handlers['secrets.delete-provider-key']({}, context);
    expect(await providerKeys.keyFor('https://api.example.com/v1')).toBeNull();
  });

  it('is kept for no address that is none', async () => {
    const providerKeys = createProviderKeys(open(createTestKeychain()));
    for (const baseUrl of ['api.example.com', 'file:///etc', 'data:,x']) await expect(providerKeys.set({ baseUrl, key: 'k' })).rejects.toMatchObject({ code: 'configuration' });
  });
});
