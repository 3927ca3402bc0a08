/** What the specs of a hostile page have in common. */
import { readdirSync } from 'node:fs';
import { join } from 'node:path';
import type { Page } from '@playwright/test';
import type { IpcBridge } from '#schemas/ipc.ts';
import { createBook, typeAtEnd, waitForSaved } from '../desk.ts';
import type { Desktop } from '../desktop.ts';
import { test as base } from '../fixtures.ts';
import { ForeignServer } from './foreign-server.ts';
import type { RawWindow } from './raw-window.ts';

export type Hostile = Window & typeof globalThis & { recto: IpcBridge; raw: RawWindow };
export type Answer = { ok: boolean; value?: unknown; error?: { code: string; detail?: string } };

export const test = base.extend<{ foreign: ForeignServer }>({
  foreign: async ({}, use) => {
    const server = new ForeignServer();
    await server.start();
    await use(server);
    await server.stop();
  },
});

/** A call of the bridge, as a script in the page makes it. */
export function call(page: Page, name: string, input: unknown): Promise<Answer> {
  return page.evaluate(([calling, given]) => (window as unknown as { recto: { calls: Record<string, (input: unknown) => Promise<Answer>> } }).recto.calls[calling]!(given), [name, input] as const);
}

export const codeOf = async (page: Page, name: string, input: unknown): Promise<string> => (await call(page, name, input)).error?.code ?? 'answered';

/** What proves that the program is as well as before. */
export async function expectAllWell(desktop: Desktop, page = desktop.page): Promise<void> {
  await page.reload();
  await page.evaluate(() => void (location.hash = '#/library'));
  await createBook(page, `Still Here ${Date.now()}`, 'A. Writer');
  await typeAtEnd(page, 'Typed afterwards.');
  await waitForSaved(page);
  const reports = readdirSync(join(desktop.userData, 'crash-reports')).filter((name) => name.endsWith('.txt'));
  if (reports.length > 0) throw new Error(`The program had a fault: ${reports.join(', ')}`);
}
