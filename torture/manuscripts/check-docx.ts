/** A Word document by those who open it: LibreOffice and mammoth. */
import { execFile } from 'node:child_process';
import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { pathToFileURL } from 'node:url';
import { promisify } from 'node:util';
import { readByMammoth } from '#processors/book-compiler/test-support/read-by-others.ts';
import { findTool } from '#scripts/tools.ts';

const run = promisify(execFile);

/** Both may say a little less than the words: numbers of lists, marks of scene breaks. */
const NEARLY_ALL = 0.98;

/** @param words that were compiled @returns what is wrong with it, a line each */
export async function checkDocx(path: string, bytes: Uint8Array, folder: string, words: number): Promise<string[]> {
  const wrong: string[] = [];
  const byMammoth = (await readByMammoth(bytes)).length;
  if (byMammoth < words * NEARLY_ALL) wrong.push(`mammoth finds ${byMammoth} of ${words} words`);
  const soffice = findTool('soffice');
  if (!soffice) return wrong;
  // A profile of its own: LibreOffice runs once for each.
  await run(soffice, ['--headless', `-env:UserInstallation=${pathToFileURL(join(folder, 'profile')).href}`, '--convert-to', 'txt:Text (encoded):UTF8', '--outdir', folder, path], { timeout: 600_000 });
  const byOffice = (await readFile(path.replace(/\.docx$/, '.txt'), 'utf8')).split(/\s+/).filter(Boolean).length;
  if (byOffice < words * NEARLY_ALL) wrong.push(`LibreOffice finds ${byOffice} of ${words} words`);
  return wrong;
}
