import { describe, expect, test } from 'vitest';
import { askServer } from './ask-server.ts';

/** As Electron's net stack ends a request that is aborted or redirected: an error of its own, whatever the reason was. */
const failingWith =
  (error: Error): typeof fetch =>
  (_input, init) =>
    new Promise((_resolve, reject) => {
      if (!init?.signal) return reject(error);
      if (init.signal.aborted) reject(error);
      init.signal.addEventListener('abort', () => reject(error));
    });
const aborted = new DOMException('The operation was aborted.', 'AbortError');
const ask = (fetchFrom: typeof fetch, signal?: AbortSignal) => askServer(fetchFrom, 'https://recto.example.org', '/api/v1/state', { method: 'GET', headers: {}, ...(signal && { signal }) });

describe('a request that fails', () => {
  test('for its server took too long is one without a connection', async () => {
    await expect(ask(failingWith(aborted), AbortSignal.timeout(1))).rejects.toMatchObject({ code: 'network' });
  });

  test('for nobody waits for it any more is cancelled', async () => {
    await expect(ask(failingWith(aborted), AbortSignal.abort())).rejects.toMatchObject({ code: 'cancelled' });
  });

  test('for it was sent elsewhere is no answer of a Recto server', async () => {
    await expect(ask(failingWith(new Error('Redirect was cancelled')))).rejects.toMatchObject({ code: 'protocol' });
  });

  test('for no connection comes about says so', async () => {
    await expect(ask(failingWith(new Error('net::ERR_CONNECTION_REFUSED')))).rejects.toMatchObject({ code: 'network', message: expect.stringContaining('recto.example.org can’t be reached') });
  });
});
