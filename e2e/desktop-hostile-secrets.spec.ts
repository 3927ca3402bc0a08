/** What a script in the page learns of the author's session, password and keys; and what it can keep the program from doing. */
import type { Page } from '@playwright/test';
import { accountHeader } from '#schemas/ipc.ts';
import { Desktop } from './desktop.ts';
import { expect } from './fixtures.ts';
import { call, codeOf, expectAllWell, test, type Answer, type Hostile } from './hostile/hostile-page.ts';

const PASSWORD = 'a-password-that-nobody-sees';
const KEY = 'sk-a-key-that-nobody-sees';
const TOKEN = /eyJ[\w-]{10,}\.[\w-]{10,}\.[\w-]{10,}|"(?:refresh|access)_token"/;

/** All that a script in the page can find: storages, caches, what each call answers that asks nobody, every event since `listen`. */
async function searchPage(page: Page, account: { server: string; userId: string }): Promise<string> {
  return page.evaluate(
    async ({ named, header }) => {
      const read = <T>(request: IDBRequest<T>): Promise<T> =>
        new Promise((resolve, reject) => {
          request.addEventListener('success', () => resolve(request.result));
          request.addEventListener('error', () => reject(new Error(String(request.error))));
        });
      const found: unknown[] = [document.documentElement.outerHTML, { ...localStorage }, { ...sessionStorage }, document.cookie, (window as unknown as { heard: unknown[] }).heard];
      for (const { name } of await indexedDB.databases()) {
        const database = await read(indexedDB.open(name!));
        for (const store of database.objectStoreNames) found.push(await read(database.transaction(store).objectStore(store).getAll()));
        database.close();
      }
      for (const name of await caches.keys()) for (const request of await (await caches.open(name)).keys()) found.push(request.url);
      const { calls } = (window as Hostile).recto;
      found.push(await calls['secrets.status']({}), await calls['spelling.read']({}), await calls['backups.list']({}), await calls['app.start']({}), await calls['models.find']({}), await calls['session.open-socket'](named));
      const places = [['recto-local', 'blobs'], ['secrets', 'session'], ['provider-key', 'secrets']] as const;
      for (const [database, collection] of places) {
        const opened = await calls['mirror.open']({ database, collection, schemaVersion: 0 });
        if (opened.ok) found.push(await calls['mirror.read']({ store: opened.value.store, after: null, limit: 1000 }));
      }
      for (const path of ['/studio/api/v1/state', '/studio/api/v1/auth/devices', '/secrets.json', '/settings.json', '/../secrets.json', '/studio/../secrets.json']) {
        const response = await fetch(path, { headers: { 'recto-account': header } });
        found.push(await response.text(), [...response.headers]);
      }
      return JSON.stringify(found);
    },
    { named: account, header: accountHeader(account) },
  );
}

test('no session, password or key is found by a page, and none goes to whom it names', async ({ desktop, server, foreign }) => {
  test.setTimeout(120_000);
  const { page } = desktop;
  await page.evaluate(() => {
    const heard: unknown[] = [];
    (window as unknown as { heard: unknown[] }).heard = heard;
    (window as Hostile).recto.onEvent((event) => heard.push(event));
  });
  const provider = `http://${foreign.host}/v1`;
  const entered = await call(page, 'session.enter', { how: 'register', server: server.url, email: 'mary@example.org', password: PASSWORD });
  expect(entered).toMatchObject({ ok: true });
  const account = entered.value as { server: string; userId: string };
  expect(JSON.stringify(entered)).not.toMatch(TOKEN);
  expect(await call(page, 'secrets.set-provider-key', { baseUrl: provider, key: KEY })).toEqual({ ok: true, value: null });

  // The program has both: it speaks to the server, and to the provider with the key.
  const header = accountHeader(account);
  const ask = (path: string, method = 'GET'): Promise<number> => page.evaluate(([to, how, name]) => fetch(to, { method: how, headers: { 'recto-account': name, ...(how === 'POST' && { 'content-type': 'application/json' }) }, ...(how === 'POST' && { body: '{}' }) }).then(({ status }) => status), [path, method, header] as const);
  expect(await ask('/studio/api/v1/state')).toBe(200);
  expect(await call(page, 'models.list', { baseUrl: provider })).toMatchObject({ ok: true, value: { models: ['a-model'] } });
  expect(foreign.authorizations).toEqual([`Bearer ${KEY}`]);

  const found = await searchPage(page, account);
  expect(found).toContain('keyFor');
  for (const secret of [TOKEN, PASSWORD, KEY]) expect(found).not.toMatch(secret);

  // What is the session's own is not the window's, however it is spelt.
  for (const route of ['register', 'login', 'refresh', 'logout', 'password-reset'])
    for (const path of [`/studio/api/v1/auth/${route}`, `/studio/api/v1/%61uth/${route}`, `/studio/api/v1/state/../auth/${route}`, `/studio/api/v1/state/%2e%2e/auth/${route}`, `/studio//api/v1/auth/${route}`, `/studio/api/v1/auth%2f${route}`, `/studio/api/v1/AUTH/${route}`, `/studio/api/v1/./auth/${route}`, `/studio/api/v1/state;/../auth/${route}`, `/studio\\api\\v1\\auth\\${route}`])
      for (const method of ['GET', 'POST', 'DELETE', 'PUT']) expect([method, path, await ask(path, method)]).toEqual([method, path, 404]);
  for (const name of [accountHeader({ ...account, userId: 'somebody-else' }), accountHeader({ ...account, server: `http://${foreign.host}` }), '', `${header} x`]) expect(await page.evaluate((named) => fetch('/studio/api/v1/state', { headers: { 'recto-account': named } }).then(({ status }) => status), name)).toBe(401);

  // Another origin gets no key of before: not by being asked, and not by a key of its own.
  foreign.authorizations.length = 0;
  const other = `http://localhost:${foreign.host.split(':')[1]}/v1`;
  await call(page, 'models.list', { baseUrl: other });
  expect(foreign.authorizations).toEqual([]);
  await call(page, 'secrets.set-provider-key', { baseUrl: other, key: 'sk-of-the-page' });
  await call(page, 'models.list', { baseUrl: other });
  await call(page, 'models.list', { baseUrl: provider });
  expect(foreign.authorizations).toEqual(['Bearer sk-of-the-page']);
  for (const baseUrl of [`http://${foreign.host}@evil.example.invalid/v1`, `${provider}?x=`, `${provider}#`, 'file:///etc/passwd', 'javascript:1', 'app://recto/']) expect(await codeOf(page, 'models.list', { baseUrl })).toBe('configuration');

  // Elsewhere the author is asked, where no page can answer; a no is a no.
  foreign.arrived.clear();
  await desktop.answerDialog('showMessageBox', { button: 'Cancel' });
  expect(await codeOf(page, 'models.list', { baseUrl: 'https://models.example.invalid/v1' })).toBe('forbidden');
  await desktop.answerDialog('showMessageBox', { button: 'Cancel' });
  const elsewhere = `http://0.0.0.0:${foreign.host.split(':')[1]}`;
  expect(await codeOf(page, 'session.enter', { how: 'login', server: elsewhere, email: 'mary@example.org', password: PASSWORD })).toBe('cancelled');
  expect((await desktop.readRecord()).dialogs.map(({ message }) => message)).toEqual(['Send passages of your books to https://models.example.invalid?', `Sync your books with ${elsewhere}?`]);
  expect([...foreign.arrived]).toEqual([]);
  expect(await ask('/studio/api/v1/state')).toBe(200);
});

test('ten thousand calls at once, and more processes than there may be, are answered, and the program goes on', async ({ desktop }) => {
  test.setTimeout(180_000);
  const { page } = desktop;
  const answered = await page.evaluate(async () => {
    const { calls } = (window as Hostile).recto;
    const names = ['secrets.status', 'spelling.read', 'updates.check', 'tasks.cancel'] as const;
    const answers = await Promise.all(Array.from({ length: 10_000 }, (_, at) => (calls[names[at % 4]!] as (input: object) => Promise<Answer>)(at % 4 === 3 ? { taskId: 'x' } : {})));
    return answers.filter(({ ok }) => ok).length;
  });
  expect(answered).toBe(10_000);
  const started = await page.evaluate(async () => {
    const { calls } = (window as Hostile).recto;
    const answers = await Promise.all(Array.from({ length: 50 }, () => calls['processors.start-host']({})));
    const hosts = answers.flatMap((answer) => (answer.ok ? [answer.value.hostId] : []));
    const codes = new Set(answers.flatMap((answer) => (answer.ok ? [] : [answer.error.code])));
    for (const hostId of hosts) await calls['processors.stop-host']({ hostId });
    return { hosts: hosts.length, codes: [...codes] };
  });
  expect(started.hosts).toBeLessThanOrEqual(8);
  expect(started.codes).toEqual(['unavailable']);
  await expectAllWell(desktop);
});

test('a page that asks for dialogs without end gets one at a time', async ({ desktop }) => {
  test.skip(Desktop.isReal, 'a real dialog stays open until somebody closes it');
  const { page } = desktop;
  await desktop.evaluate(({ dialog }) => {
    const world = globalThis as unknown as { openNow: number; mostOpen: number; close: () => void };
    world.openNow = 0;
    world.mostOpen = 0;
    const closed = new Promise<void>((resolve) => (world.close = resolve));
    const show = async () => {
      world.openNow += 1;
      world.mostOpen = Math.max(world.mostOpen, world.openNow);
      await closed;
      world.openNow -= 1;
      return { canceled: true, filePaths: [], filePath: '' };
    };
    dialog.showOpenDialog = show as never;
    dialog.showSaveDialog = show as never;
  });
  const codes = page.evaluate(async () => {
    const { calls } = (window as Hostile).recto;
    const asked = Array.from({ length: 20 }, () => [calls['files.pick']({ kind: 'files' }), calls['files.save-begin']({ suggestedName: 'x', mediaType: 'text/plain' }), calls['backups.open-file']({}), calls['backups.choose-folder']({}), calls['export.everything']({ taskId: 'x' })] as Promise<Answer>[]).flat();
    const refused = asked.map(async (answer) => (await answer).error?.code ?? 'answered');
    return (await Promise.all(refused)).toSorted();
  });
  await expect.poll(() => desktop.evaluate(() => (globalThis as unknown as { openNow: number }).openNow)).toBe(1);
  await call(page, 'secrets.status', {});
  expect(await desktop.evaluate(() => (globalThis as unknown as { mostOpen: number }).mostOpen)).toBe(1);
  await desktop.evaluate(() => (globalThis as unknown as { close(): void }).close());
  expect(await codes).toEqual(['answered', ...Array.from({ length: 99 }, () => 'rate_limited')]);
});
