/** An EPUB by those who judge it: EPUBCheck, and axe on every page in a browser. */
import { execFile } from 'node:child_process';
import { mkdirSync, writeFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { pathToFileURL } from 'node:url';
import { promisify } from 'node:util';
import { AxeBuilder } from '@axe-core/playwright';
import { chromium } from '@playwright/test';
import { unzipSync } from 'fflate';
import { requireTool } from '#scripts/tools.ts';

const run = promisify(execFile);

/** They ask of a chapter what a whole site must have, and Ace by DAISY (https://daisy.github.io/ace/) leaves them out, too. */
const OF_WEB_PAGES = ['bypass', 'region', 'landmark-one-main', 'page-has-heading-one', 'landmark-complementary-is-top-level'];

/** @returns what is wrong with it, a line each */
export async function checkEpub(path: string, bytes: Uint8Array, folder: string): Promise<string[]> {
  const checked = await run(requireTool('java'), ['-jar', requireTool('epubcheck'), '--failonwarnings', path], { maxBuffer: 1e8 }).then(() => [], ({ stdout, stderr }: { stdout: string; stderr: string }) => [`EPUBCheck: ${`${stdout}${stderr}`.slice(0, 2000)}`]);
  return [...checked, ...(await checkPages(bytes, join(folder, 'pages')))];
}

async function checkPages(bytes: Uint8Array, folder: string): Promise<string[]> {
  const pages: string[] = [];
  for (const [name, content] of Object.entries(unzipSync(bytes))) {
    const path = join(folder, name);
    mkdirSync(dirname(path), { recursive: true });
    writeFileSync(path, content);
    if (name.endsWith('.xhtml')) pages.push(path);
  }
  const browser = await chromium.launch({ executablePath: requireTool('chromium'), args: process.getuid?.() === 0 ? ['--no-sandbox'] : [] });
  try {
    const page = await (await browser.newContext()).newPage();
    const wrong: string[] = [];
    for (const path of pages) {
      await page.goto(pathToFileURL(path).href);
      const { violations } = await new AxeBuilder({ page }).setLegacyMode().disableRules(OF_WEB_PAGES).analyze();
      for (const { id, help, nodes } of violations) wrong.push(`axe, ${path.slice(folder.length)}: ${id}, ${help}, at ${nodes.slice(0, 3).map(({ html }) => html.slice(0, 120)).join(' and ')}`);
    }
    return wrong;
  } finally {
    await browser.close();
  }
}
