/**
 * A folder that electron-builder takes for Electron's, since the real one can't be had on every machine that tests: the
 * program is a script, and holds the wire of fuses as Electron's does (@electron/fuses), so that they are really flipped.
 */
import { mkdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';

const SENTINEL = 'dL7pKGdnNz796PbbjQWNKmHXBZaB9tsX';
const WIRE_VERSION = 1;
/** As Electron ships them: run-as-node, NODE_OPTIONS, inspect, file:// privileges and wasm traps are on. */
const DEFAULTS = '101100011';

/** @param program its name: `electron`, or `electron.exe` for a package of Windows */
export function makeUpElectron(folder: string, program: 'electron' | 'electron.exe'): void {
  mkdirSync(join(folder, 'locales'), { recursive: true });
  const wire = Buffer.concat([Buffer.from(SENTINEL), Buffer.from([WIRE_VERSION, DEFAULTS.length]), Buffer.from(DEFAULTS)]);
  writeFileSync(join(folder, program), Buffer.concat([Buffer.from('#!/bin/sh\nexit 0\n'), wire, Buffer.from('\n')]), { mode: 0o755 });
  writeFileSync(join(folder, 'locales/en-US.pak'), 'words');
}
