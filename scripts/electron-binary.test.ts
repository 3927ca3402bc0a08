import { chmodSync, mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { describe, expect, it, onTestFinished, vi } from 'vitest';
import { findElectron, installElectron, runElectron } from './electron-binary.ts';

function makeFolder(): string {
  const folder = mkdtempSync(join(tmpdir(), 'recto-electron-'));
  onTestFinished(() => rmSync(folder, { recursive: true, force: true }));
  return folder;
}

function writeProgram(path: string, script: string): string {
  writeFileSync(path, `#!/bin/sh\n${script}\n`);
  chmodSync(path, 0o755);
  return path;
}

describe('Electron’s program', () => {
  it('is found only where it is whole', () => {
    const folder = makeFolder();
    expect(findElectron(folder)).toBeNull();
    writeFileSync(join(folder, 'path.txt'), 'electron');
    expect(findElectron(folder)).toBeNull();
    mkdirSync(join(folder, 'dist'));
    writeFileSync(join(folder, 'dist/electron'), '');
    expect(findElectron(folder)).toBe(join(folder, 'dist/electron'));
  });

  it('is had by its own install script, or it is said why not', async () => {
    vi.spyOn(console, 'log').mockImplementation(() => undefined);
    const folder = makeFolder();
    const install = (script: string): void => writeFileSync(join(folder, 'install.js'), script);
    install('console.error("TypeError: fetch failed\\n    at downloadArtifact"); process.exit(1)');
    expect(await installElectron(folder)).toEqual({ because: 'Electron could not be downloaded (TypeError: fetch failed)' });
    install('setInterval(() => undefined, 1000)');
    expect(await installElectron(folder, 300)).toEqual({ because: 'Electron could not be downloaded (it took too long)' });
    install('const fs = require("fs"); fs.mkdirSync(__dirname + "/dist"); fs.writeFileSync(__dirname + "/dist/electron", ""); fs.writeFileSync(__dirname + "/path.txt", "electron")');
    expect(await installElectron(folder)).toEqual({ file: join(folder, 'dist/electron') });
  });

  it.skipIf(process.platform === 'win32')('gets the app’s folder, and never runs as Node because a terminal says so', async () => {
    const folder = makeFolder();
    vi.stubEnv('ELECTRON_RUN_AS_NODE', '1');
    onTestFinished(() => void vi.unstubAllEnvs());
    vi.spyOn(process.stderr, 'write').mockImplementation(() => true);
    const program = writeProgram(join(folder, 'electron'), 'echo "folder $1, as node [$ELECTRON_RUN_AS_NODE]" >&2; exit 3');
    expect(await runElectron(program, '/an/app')).toEqual({ code: 3, lastWords: 'folder /an/app, as node []', interrupted: false });
  });

  it.skipIf(process.platform === 'win32')('ends with the command that started it', async () => {
    const folder = makeFolder();
    const program = writeProgram(join(folder, 'electron'), 'exec sleep 60');
    const running = runElectron(program, folder);
    process.emit('SIGTERM', 'SIGTERM');
    expect(await running).toMatchObject({ code: null, interrupted: true });
  });
});
