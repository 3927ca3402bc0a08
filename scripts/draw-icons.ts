/**
 * Draws the program's icons from build/*.svg: node scripts/draw-icons.ts. What it makes is committed, so that packing needs
 * no browser. Sizes to 48 pixels come from the simpler drawing.
 */
import { mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { chromium, type Page } from 'playwright-core';
import { packIcns, packIco, type Picture } from './icon-files.ts';
import { ensureTools, findTool } from './tools.ts';

const root = join(import.meta.dirname, '..');
const build = join(root, 'build');
/** Those that an .ico keeps as bitmaps, too (icon-files.ts). */
const SMALL = 48;
const ICO_SIZES = [16, 24, 32, 48, 64, 128, 256];
const ICNS_SIZES = [16, 32, 64, 128, 256, 512, 1024];
const LINUX_SIZES = [16, 24, 32, 48, 64, 128, 256, 512];

/** What runs in the page, where there is a canvas; as text, since nothing else of the scripts knows a page. */
const DRAW_IN_PAGE = `async ({ source, side }) => {
  const image = new Image(side, side);
  image.src = 'data:image/svg+xml,' + encodeURIComponent(source);
  await image.decode();
  const canvas = document.createElement('canvas');
  canvas.width = canvas.height = side;
  const context = canvas.getContext('2d');
  context.drawImage(image, 0, 0, side, side);
  return { png: canvas.toDataURL('image/png').split(',')[1], rgba: side <= ${SMALL} ? [...context.getImageData(0, 0, side, side).data] : [] };
}`;

async function draw(page: Page, source: string, side: number): Promise<Picture> {
  const drawn = await page.evaluate<{ png: string; rgba: number[] }>(`(${DRAW_IN_PAGE})(${JSON.stringify({ source, side })})`);
  return { size: side, png: Buffer.from(drawn.png, 'base64'), rgba: Buffer.from(drawn.rgba) };
}

ensureTools(['chromium']);
const browser = await chromium.launch({ executablePath: findTool('chromium') ?? '' });
try {
  const page = await browser.newPage();
  const read = (name: string): string => readFileSync(join(build, `${name}.svg`), 'utf8');
  const drawAll = (sizes: readonly number[], large: string, small: string): Promise<Picture[]> => Promise.all(sizes.map((size) => draw(page, size <= SMALL ? small : large, size)));
  const large = read('icon');
  const small = read('icon-small');
  const leaf = read('document');
  writeFileSync(join(build, 'icon.png'), (await draw(page, large, 1024)).png);
  writeFileSync(join(build, 'icon.ico'), packIco(await drawAll(ICO_SIZES, large, small)));
  writeFileSync(join(build, 'icon.icns'), packIcns(await drawAll(ICNS_SIZES, large, small)));
  writeFileSync(join(build, 'document.ico'), packIco(await drawAll(ICO_SIZES, leaf, leaf)));
  writeFileSync(join(build, 'document.icns'), packIcns(await drawAll(ICNS_SIZES, leaf, leaf)));
  mkdirSync(join(build, 'icons'), { recursive: true });
  for (const { size, png } of await drawAll(LINUX_SIZES, large, small)) writeFileSync(join(build, `icons/${size}x${size}.png`), png);
  // The window's own, where a Linux desktop takes it from the program.
  writeFileSync(join(root, 'renderer/public/icon.png'), (await draw(page, large, 256)).png);
} finally {
  await browser.close();
}
