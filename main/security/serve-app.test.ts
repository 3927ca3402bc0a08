import { mkdirSync, mkdtempSync, symlinkSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { beforeAll, describe, expect, test } from 'vitest';
import { APP_SCHEME, serveApp } from './serve-app.ts';

let serve: (request: Request) => Promise<Response>;
const studio: string[] = [];

beforeAll(() => {
  const root = mkdtempSync(join(tmpdir(), 'recto-serve-'));
  const screens = join(root, 'screens');
  mkdirSync(join(screens, 'assets'), { recursive: true });
  writeFileSync(join(screens, 'index.html'), '<!doctype html><html><head><title>Recto</title></head><body></body></html>');
  writeFileSync(join(screens, 'assets', 'a.js'), 'export {};');
  writeFileSync(join(screens, 'assets', 'a.exe'), 'MZ');
  writeFileSync(join(root, 'secret.html'), 'secret');
  symlinkSync(join(root, 'secret.html'), join(screens, 'linked.html'));
  symlinkSync(root, join(screens, 'out'));
  serve = serveApp({
    rendererFolder: screens,
    answerStudio: async (request) => {
      studio.push(request.url);
      return new Response('studio');
    },
  });
});

/** Node's Request takes no scheme that it doesn't know; what is read of it is its URL and its method. */
const ask = (url: string, method = 'GET') => serve({ url, method } as Request);

describe('files', () => {
  test('the page comes with a policy that names itself and nothing else', async () => {
    const response = await ask('app://recto/');
    expect(response.status).toBe(200);
    expect(response.headers.get('content-type')).toBe('text/html; charset=utf-8');
    const policy = response.headers.get('content-security-policy') ?? '';
    for (const rule of ["default-src 'none'", "script-src 'self'", "connect-src 'self'", "worker-src 'self'", "base-uri 'none'", "form-action 'none'", "frame-ancestors 'none'"]) expect(policy.split('; ')).toContain(rule);
    expect(policy).not.toMatch(/unsafe|https?:|\*|wasm/);
    expect(response.headers.get('x-content-type-options')).toBe('nosniff');
    expect(response.headers.get('connection-allowlist')).toBe('("*://*:*/*")');
  });

  test('its own styles carry a nonce that no other page has', async () => {
    const nonces = await Promise.all(
      [1, 2].map(async () => {
        const response = await ask('app://recto/index.html');
        const [, nonce] = /'nonce-([\w-]{22})'/.exec(response.headers.get('content-security-policy') ?? '') ?? [];
        expect(await response.text()).toContain(`<meta property="csp-nonce" nonce="${nonce}"></head>`);
        return nonce;
      }),
    );
    expect(nonces[0]).not.toBe(nonces[1]);
  });

  test('scripts have their type, and a HEAD has no body', async () => {
    const response = await ask('app://recto/assets/a.js');
    expect(response.headers.get('content-type')).toBe('text/javascript; charset=utf-8');
    expect(await response.text()).toBe('export {};');
    expect(await (await ask('app://recto/assets/a.js', 'HEAD')).text()).toBe('');
  });

  test.each(['app://recto/none.html', 'app://recto/assets', 'app://recto/assets/a.exe', 'app://recto/linked.html', 'app://recto/out/secret.html', 'app://recto/%2e%2e%2fsecret.html', 'app://recto/..%5csecret.html', `app://recto/${'a'.repeat(5000)}.js`])('%s is not there', async (url) => {
    const response = await ask(url);
    expect(response.status).toBe(404);
    expect(await response.text()).toBe('');
  });

  test.each(['app://other/index.html', 'https://recto/index.html', 'app://recto@other/'])('%s is another place', async (url) => {
    expect((await ask(url)).status).toBe(404);
  });

  test.each(['POST', 'PUT', 'DELETE'])('%s of a file is refused', async (method) => {
    expect((await ask('app://recto/index.html', method)).status).toBe(405);
  });
});

test('what is under the server’s path goes there, and what only begins like it does not', async () => {
  expect(await (await ask('app://recto/studio/api/v1/state', 'POST')).text()).toBe('studio');
  expect((await ask('app://recto/studios/index.html')).status).toBe(404);
  expect(studio).toEqual(['app://recto/studio/api/v1/state']);
});

test('the scheme can’t leave the policy aside, run a service worker or be read from elsewhere', () => {
  expect(APP_SCHEME).toMatchObject({ scheme: 'app', privileges: { standard: true, secure: true, bypassCSP: false, corsEnabled: false, allowServiceWorkers: false } });
});
