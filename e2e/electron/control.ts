/** The test's hand in the program: it runs functions in main, and learns where Chromium is. */
import { runInThisContext } from 'node:vm';
import { app, findRendererProcesses } from './app.ts';
import { findChromium } from './runtime.ts';

/** From the test; each has an answer of the same id. */
export type ControlRequest = { id: number; kind: 'evaluate'; source: string; arg: unknown } | { id: number; kind: 'chromium' } | { id: number; kind: 'renderers' };

export type ControlAnswer = { id: number; ok: true; value: unknown } | { id: number; ok: false; error: string };

/** @param electron what evaluated functions get first, as in Playwright's ElectronApplication.evaluate */
export function listenToTest(electron: object): void {
  if (!process.send) return;
  process.on('message', (request: ControlRequest) => {
    const answer = (result: ControlAnswer): void => {
      if (process.connected) process.send!(result);
    };
    run(electron, request).then(
      (value) => answer({ id: request.id, ok: true, value }),
      (error: unknown) => answer({ id: request.id, ok: false, error: error instanceof Error ? (error.stack ?? error.message) : String(error) }),
    );
  });
  // A test that is gone leaves no program behind.
  process.once('disconnect', () => app.exit(0));
  process.channel?.unref();
}

async function run(electron: object, request: ControlRequest): Promise<unknown> {
  if (request.kind === 'renderers') return findRendererProcesses();
  if (request.kind === 'chromium') {
    await app.whenReady();
    return findChromium()!.endpoint;
  }
  const run = runInThisContext(`(${request.source})`) as (electron: object, arg: unknown) => unknown;
  return run(electron, request.arg);
}
