/** A real Chromium, the built app on a real server, and pages to measure beside it. */
import { readFileSync } from 'node:fs';
import { mkdtemp, readdir, readFile, rm } from 'node:fs/promises';
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { tmpdir } from 'node:os';
import { extname, join } from 'node:path';
import { chromium, type Browser, type Page } from 'playwright-core';
import { buildRenderer } from '#scripts/build-renderer.ts';
import { findTool } from '#scripts/tools.ts';
import { startChildServer } from './child-server.ts';

export const root = join(import.meta.dirname, '..');
export const manuscripts = join(root, 'manuscripts');

const QUIET = ['--disable-gpu', '--disable-quic', '--no-first-run', '--disable-background-networking', '--disable-component-update', '--disable-sync'];

export async function launchChromium(): Promise<Browser> {
  const executablePath = process.env['CHROMIUM'] ?? findTool('chromium');
  if (!executablePath) throw new Error('No Chromium is installed: set CHROMIUM to its path.');
  return chromium.launch({ executablePath, args: [...(process.getuid?.() === 0 ? ['--no-sandbox'] : []), ...QUIET] });
}

export interface Served {
  url: string;
  stop(): Promise<void>;
}

/** The app, built, on a server of its own with an empty database. */
export async function serveApp(): Promise<Served & { pid: number }> {
  await buildRenderer();
  const dataFolder = await mkdtemp(join(tmpdir(), 'recto-bench-'));
  const server = await startChildServer(join(root, 'sync-server/main.ts'), [], { RECTO_PORT: '0', RECTO_DATA_DIR: dataFolder });
  return {
    url: server.url,
    pid: server.pid,
    async stop() {
      await server.stop();
      await rm(dataFolder, { recursive: true, force: true });
    },
  };
}

const TYPES: Record<string, string> = { '.html': 'text/html', '.js': 'text/javascript', '.css': 'text/css', '.woff2': 'font/woff2' };

/** A folder of files, and one text at /text. */
export async function serveFolder(folder: string, text: string): Promise<Served> {
  const server = createServer((request, response) => {
    const { pathname } = new URL(request.url ?? '/', 'http://localhost');
    const name = pathname === '/' ? 'index.html' : pathname;
    response.setHeader('content-type', TYPES[extname(name)] ?? 'text/plain; charset=utf-8');
    try {
      response.end(pathname === '/text' ? text : readFileSync(join(folder, name)));
    } catch {
      response.writeHead(404).end();
    }
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  const { port } = server.address() as AddressInfo;
  return {
    url: `http://127.0.0.1:${port}`,
    stop: () => new Promise((resolve) => server.close(() => resolve())),
  };
}

/** Chapters of War and Peace, one after another, until they have so many words. */
export async function readWords(count: number): Promise<string> {
  const folder = join(manuscripts, 'war-and-peace');
  const parts: string[] = [];
  let words = 0;
  for (const name of (await readdir(folder)).filter((file) => file.endsWith('.md')).toSorted()) {
    if (words >= count) break;
    const text = (await readFile(join(folder, name), 'utf8')).trim();
    words += text.split(/\s+/).length;
    parts.push(text);
  }
  return parts.join('\n\n');
}

export async function chooseFiles(page: Page, item: RegExp, files: string | { name: string; mimeType: string; buffer: Buffer }): Promise<void> {
  await page.getByRole('button', { name: 'Import' }).click();
  const chooser = page.waitForEvent('filechooser');
  await page.getByRole('menuitem', { name: item }).click();
  await (await chooser).setFiles(files);
}

/** A new account on the server that the page came from, so that sync is on. */
export async function createAccount(page: Page): Promise<void> {
  await page.getByRole('button', { name: 'Sign in', exact: true }).first().click();
  const dialog = page.getByRole('dialog');
  await dialog.getByLabel('Email').fill(`bench-${Date.now()}@example.org`);
  await dialog.getByLabel('Password').fill('a password of the bench');
  await dialog.getByRole('button', { name: 'Create account', exact: true }).click();
  await page.getByRole('status', { name: /^(Synced|Syncing)$/ }).waitFor();
}
