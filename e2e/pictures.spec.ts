import { readFileSync } from 'node:fs';
import { unzipSync } from 'fflate';
import { makePng } from '../processors/book-compiler/test-support/made-pictures.ts';
import { createBook, draft, exportAs, typeAtEnd, waitForSaved, writeDraft } from './desk.ts';
import { expect, ONLY_IN_A_BROWSER, test } from './fixtures.ts';

test('a picture is chosen, dropped and described, is seen where it stands and on the cover, and is in the exported book', ONLY_IN_A_BROWSER, async ({ page }, testInfo) => {
  const map = makePng(300, 120, 90);
  await createBook(page, 'The Lamp', 'K.');
  await writeDraft(page, 'The keeper climbed.');

  const choose = async (file: { name: string; mimeType: string; buffer: Buffer }, click: () => Promise<void>): Promise<void> => {
    const chooser = page.waitForEvent('filechooser');
    await click();
    await (await chooser).setFiles(file);
  };
  await choose({ name: 'map.svg', mimeType: 'image/svg+xml', buffer: Buffer.from('<svg xmlns="http://www.w3.org/2000/svg"><script/></svg>') }, () => page.keyboard.press('ControlOrMeta+Alt+G'));
  await expect(page.getByRole('region', { name: /^Messages/ })).toContainText('“map.svg” is an SVG, which can hold scripts');
  await draft(page).click();
  await choose({ name: 'map.png', mimeType: 'image/png', buffer: Buffer.from(map) }, () => page.keyboard.press('ControlOrMeta+Alt+G'));
  await page.getByLabel('Alternative text').fill('The map of Skerry');
  await page.getByRole('button', { name: 'Insert', exact: true }).click();
  await expect(draft(page)).toContainText('![The map of Skerry]');
  await expect(draft(page).locator('.prose-picture img')).toHaveJSProperty('naturalWidth', 300);

  // Beyond what a page holds: it is made smaller. What is dropped on the text goes into it, not into the library.
  await draft(page).evaluate(async (element) => {
    const canvas = Object.assign(document.createElement('canvas'), { width: 3000, height: 600 });
    const context = canvas.getContext('2d')!;
    const dots = context.createImageData(3000, 600);
    for (let at = 0; at < dots.data.length; at += 65_536) crypto.getRandomValues(dots.data.subarray(at, Math.min(at + 65_536, dots.data.length)));
    for (let at = 3; at < dots.data.length; at += 4) dots.data[at] = 255;
    context.putImageData(dots, 0, 0);
    const blob = await new Promise<Blob | null>((resolve) => canvas.toBlob(resolve, 'image/png'));
    const dataTransfer = new DataTransfer();
    dataTransfer.items.add(new File([blob!], 'storm.png', { type: 'image/png' }));
    const { x, y } = element.getBoundingClientRect();
    for (const type of ['dragover', 'drop']) element.dispatchEvent(new DragEvent(type, { bubbles: true, cancelable: true, dataTransfer, clientX: x + 10, clientY: y + 10 }));
  });
  const dialog = page.getByRole('dialog', { name: 'Insert picture' });
  await expect(dialog).toContainText('“storm.png” was drawn anew as a JPEG of');
  await dialog.getByRole('button', { name: 'Insert', exact: true }).click();
  await expect(draft(page).locator('.prose-picture img')).toHaveCount(2);
  await typeAtEnd(page, '\n![Lost](image:none) still');
  await expect(draft(page)).toContainText('This picture is not here: it was deleted, or has not arrived from another device yet.');
  await waitForSaved(page);

  await page.getByRole('button', { name: 'Book details' }).click();
  await choose({ name: 'cover.png', mimeType: 'image/png', buffer: Buffer.from(makePng(50, 80, 30)) }, () => page.getByRole('button', { name: 'Choose a picture…' }).click());
  await expect(page.getByRole('img', { name: 'The cover as it is' })).toBeVisible();
  await page.keyboard.press('Escape');

  const epub = testInfo.outputPath('book.epub');
  await exportAs(page, /EPUB/, epub);
  const parts = unzipSync(readFileSync(epub));
  expect(Object.keys(parts).filter((name) => /\.(?:png|jpg)$/.test(name)).toSorted()).toEqual(['EPUB/cover.png', 'EPUB/pictures/picture-0001.jpg', 'EPUB/pictures/picture-0002.png']);
  expect(parts['EPUB/pictures/picture-0002.png']).toEqual(map);

  await page.getByRole('link', { name: 'Library' }).click();
  await expect(page.getByRole('list', { name: 'Books' }).locator('.cover-picture')).toHaveJSProperty('naturalWidth', 50);
});
