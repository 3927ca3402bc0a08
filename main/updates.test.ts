import { expect, test, vi } from 'vitest';
import { createUpdates, type UpdateParts, type Updater } from './updates.ts';

function setUp(parts: Partial<UpdateParts> = {}, found: unknown = { isUpdateAvailable: true, updateInfo: { version: '0.2.0' } }) {
  const updater = {
    autoDownload: true,
    autoInstallOnAppQuit: true,
    updateConfigPath: null as string | null,
    /** As electron-updater: what is fetched is installed later only where that was set before. */
    isReadied: false,
    setFeedURL: vi.fn<Updater['setFeedURL']>(),
    checkForUpdates: vi.fn<Updater['checkForUpdates']>(async () => {
      if (found instanceof Error) throw found;
      return found as Awaited<ReturnType<Updater['checkForUpdates']>>;
    }),
    downloadUpdate: vi.fn<Updater['downloadUpdate']>(async () => {
      updater.isReadied = updater.autoInstallOnAppQuit;
      return [];
    }),
  };
  const loadUpdater = vi.fn<UpdateParts['loadUpdater']>(async () => updater);
  const updates = createUpdates({ isPackaged: true, updatesUrl: () => undefined, hasPackagedFeed: () => false, writeFeed: (url) => `a file that says ${url}`, loadUpdater, ...parts });
  return { updates, updater, loadUpdater };
}

test('until an address is set nothing is asked, and no updater is even loaded', async () => {
  const { updates, loadUpdater } = setUp();
  expect(await updates.check()).toEqual({ state: 'off' });
  expect(await setUp({ isPackaged: false, updatesUrl: () => 'https://example.org' }).updates.check()).toEqual({ state: 'off' });
  expect(loadUpdater).not.toHaveBeenCalled();
});

test('a newer version is told, and not fetched', async () => {
  const { updates, updater } = setUp({ updatesUrl: () => 'https://example.org/recto' });
  expect(await updates.check()).toEqual({ state: 'available', version: '0.2.0' });
  expect(updater.updateConfigPath).toBe('a file that says https://example.org/recto');
  expect([updater.autoDownload, updater.autoInstallOnAppQuit]).toEqual([false, false]);
  expect(updater.downloadUpdate).not.toHaveBeenCalled();
});

test('what the package says is used where no setting says otherwise', async () => {
  const { updates, updater } = setUp({ hasPackagedFeed: () => true }, { isUpdateAvailable: false, updateInfo: { version: '0.1.0' } });
  expect(await updates.check()).toEqual({ state: 'current' });
  expect(updater.setFeedURL).not.toHaveBeenCalled();
});

test('the setting goes before what the package says, whose other rules stay', async () => {
  const { updates, updater } = setUp({ hasPackagedFeed: () => true, updatesUrl: () => 'https://example.org/recto' });
  await updates.check();
  expect(updater.setFeedURL).toHaveBeenCalledWith({ provider: 'generic', url: 'https://example.org/recto' });
  expect(updater.updateConfigPath).toBeNull();
});

test('after a yes it is fetched, and installed when the program ends', async () => {
  const { updates, updater } = setUp({ updatesUrl: () => 'https://example.org' });
  await updates.download();
  expect(updater.downloadUpdate).toHaveBeenCalled();
  expect(updater.isReadied).toBe(true);
});

test.each(['http://example.org', 'ftp://example.org', 'file:///tmp', 'example.org', ''])('a program from %j is refused', async (url) => {
  const { updates, loadUpdater } = setUp({ updatesUrl: () => url });
  await expect(updates.check()).rejects.toMatchObject({ code: 'configuration' });
  await expect(updates.download()).rejects.toMatchObject({ code: 'configuration' });
  expect(loadUpdater).not.toHaveBeenCalled();
});

test('no answer is said so', async () => {
  await expect(setUp({ updatesUrl: () => 'https://example.org' }, new Error('ENOTFOUND')).updates.check()).rejects.toMatchObject({ code: 'unavailable' });
});
