import { fileNameFor } from '../book-compiler/file-name.ts';
import type { ExportTarget } from './write-library.ts';

/** Windows takes paths of 260 characters: of a name's beginning, as much as leaves room for four levels. */
const MOST_CHARACTERS = 48;

/** Gives names that Linux, macOS and Windows all take, and none twice in one folder. */
export function createFreeNames(): ExportTarget['freeName'] {
  const taken = new Set<string>();
  return (folder, name, extension) => {
    for (let number = 1; ; number += 1) {
      const free = nameFor(number === 1 ? name : `${name} ${number}`, number, extension);
      const key = `${folder}/${free}`.normalize('NFC').toLowerCase();
      if (taken.has(key)) continue;
      taken.add(key);
      return free;
    }
  };
}

function nameFor(name: string, number: number, extension: string | undefined): string {
  const suffix = number === 1 ? '' : ` ${number}`;
  const plain = suffix ? name.slice(0, -suffix.length) : name;
  const short = [...plain.normalize('NFC')].slice(0, MOST_CHARACTERS).join('') + suffix;
  const safe = fileNameFor(short, extension ?? 'x');
  return extension === undefined ? safe.slice(0, -2) : safe;
}
