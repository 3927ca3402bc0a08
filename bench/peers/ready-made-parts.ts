/**
 * The limit of the compile benchmark, a process of its own: a book whose parts are made already, in a folder, is put into one file
 * with the library that Recto zips with. Nothing is read, set, checked or counted. Ready HTML is only written out.
 */
import { readdirSync, readFileSync, statSync, writeFileSync } from 'node:fs';
import { join, relative } from 'node:path';
import { zipSync, type Zippable } from 'fflate';

const [source, out] = process.argv.slice(2);
if (!source || !out) throw new Error('Usage: ready-made-parts.ts <folder or file> <out>');

function readParts(folder: string): Zippable {
  const files = readdirSync(folder, { recursive: true, withFileTypes: true }).filter((entry) => entry.isFile());
  return Object.fromEntries(files.map((entry) => {
    const path = join(entry.parentPath, entry.name);
    return [relative(folder, path), readFileSync(path)];
  }));
}

writeFileSync(out, statSync(source).isDirectory() ? zipSync(readParts(source), { level: 6 }) : readFileSync(source));
