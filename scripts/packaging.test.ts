/** What goes into the installers, from a real run of electron-builder around a made-up Electron: nothing is downloaded. */
import { spawnSync } from 'node:child_process';
import { existsSync, globSync, mkdtempSync, readdirSync, readFileSync, rmSync, statSync } from 'node:fs';
import { createRequire } from 'node:module';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { extractAll, listPackage } from '@electron/asar';
import { FuseState, FuseV1Options, getCurrentFuseWire } from '@electron/fuses';
import { Ajv } from 'ajv';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { parse } from 'yaml';
import { APP_ID } from '#main/desktop.ts';
import { FUSES } from '#main/security/fuses.ts';
import { buildDesktop, NOT_BUNDLED } from './build-desktop.ts';
import { buildRenderer } from './build-renderer.ts';
import { packIcns, packIco } from './icon-files.ts';
import { makeUpElectron } from './test-support/made-up-electron.ts';

const root = join(import.meta.dirname, '..');
const require = createRequire(import.meta.url);
const read = (path: string): string => readFileSync(join(root, path), 'utf8');
const config = parse(read('electron-builder.yml')) as Record<string, unknown>;

/** Into `out` of the test's folder, around a made-up Electron. */
function pack(program: 'electron' | 'electron.exe', ...args: string[]): void {
  const electron = join(folder, `made-up-${program}`);
  makeUpElectron(electron, program);
  const run = spawnSync(process.execPath, [require.resolve('electron-builder/cli.js'), '--dir', ...args, `-c.electronDist=${electron}`, `-c.directories.output=${join(folder, 'out')}`], { cwd: root, encoding: 'utf8', timeout: 200_000 });
  if (run.status !== 0) throw new Error(`electron-builder failed:\n${run.stdout}\n${run.stderr}`);
}

let folder = '';
let packed: string[] = [];
/** The package taken apart. */
let inside = '';
beforeAll(async () => {
  await buildRenderer();
  await buildDesktop();
  folder = mkdtempSync(join(tmpdir(), 'recto-packaging-'));
  pack('electron', '--linux', '--x64');
  const archive = join(folder, 'out/linux-unpacked/resources/app.asar');
  inside = join(folder, 'inside');
  extractAll(archive, inside);
  packed = listPackage(archive, { isPack: false }).map((path) => path.replaceAll('\\', '/').slice(1)).filter((path) => statSync(join(inside, path)).isFile());
}, 300_000);
afterAll(() => rmSync(folder, { recursive: true, force: true }));

describe('electron-builder.yml', () => {
  it('is what electron-builder’s own schema takes, and a wrong word is not', () => {
    const validate = new Ajv({ strict: false }).compile(createRequire(require.resolve('electron-builder'))('app-builder-lib/scheme.json') as object);
    expect({ valid: validate(config), errors: validate.errors }).toEqual({ valid: true, errors: null });
    expect(validate({ ...config, electronFuses: { runsAsNode: false } })).toBe(false);
  });

  it('burns in what main/security says', () => {
    expect(config['electronFuses']).toEqual({ ...FUSES, resetAdHocDarwinSignature: true });
  });

  it('calls the program what the program calls itself: its folders, its windows on Linux and Windows', () => {
    const { productName, desktopName } = JSON.parse(read('package.json')) as Record<string, string>;
    expect(config).toMatchObject({ appId: APP_ID, productName, linux: { executableName: desktopName?.replace('.desktop', ''), syncDesktopName: true } });
  });

  it('starts the AppImage with its sandbox', () => {
    expect(config).toMatchObject({ appImage: { executableArgs: [] } });
  });

  it('names the extension of libraries and backups, and leaves .docx on Windows to its owner', () => {
    const associations = config['fileAssociations'] as { ext: string }[];
    expect(associations.map(({ ext }) => ext)).toEqual(['recto']);
    for (const system of ['mac', 'linux']) {
      const more = (config[system] as { fileAssociations: { ext: string | string[]; rank: string }[] }).fileAssociations;
      expect(more.map(({ ext, rank }) => `${[ext].flat().join(' ')} ${rank}`)).toEqual(['md markdown Alternate', 'docx Alternate', 'epub Alternate']);
    }
    expect(config['win']).not.toHaveProperty('fileAssociations');
  });

  it('names icons that are there, each with the sizes that its system draws', () => {
    const ico = (name: string): number[] => {
      const bytes = readFileSync(join(root, 'build', name));
      return Array.from({ length: bytes.readUInt16LE(4) }, (_entry, at) => bytes.readUInt8(6 + 16 * at) || 256);
    };
    const icns = (name: string): string[] => {
      const bytes = readFileSync(join(root, 'build', name));
      expect(bytes.readUInt32BE(4)).toBe(bytes.length);
      const types: string[] = [];
      for (let at = 8; at < bytes.length; at += bytes.readUInt32BE(at + 4)) types.push(bytes.toString('latin1', at, at + 4));
      return types;
    };
    for (const name of ['icon', 'document']) {
      expect(ico(`${name}.ico`)).toEqual([16, 24, 32, 48, 64, 128, 256]);
      expect(icns(`${name}.icns`)).toEqual(['icp4', 'icp5', 'ic11', 'ic12', 'ic07', 'ic08', 'ic13', 'ic09', 'ic14', 'ic10']);
    }
    const sizes = readdirSync(join(root, 'build/icons')).map((name) => {
      const png = readFileSync(join(root, 'build/icons', name));
      const side = png.readUInt32BE(16);
      expect(name).toBe(`${side}x${side}.png`);
      return side;
    });
    expect(Math.max(...sizes)).toBe(512);
  });
});

describe('the package', () => {
  it('has the program, its screens and its one native library', () => {
    expect(packed).toEqual(expect.arrayContaining(['package.json', 'LICENSE', 'dist/main/main.js', 'dist/main/preload.cjs', 'dist/main/mirror-thread.js', 'dist/main/export-thread.js', 'dist/main/processor-host.js', 'dist/renderer/index.html', 'dist/renderer/icon.png']));
    // What sets a PDF's pages is there once, and not for a browser as well.
    expect(packed.filter((path) => path.endsWith('.wasm'))).toEqual(['dist/main/typesetter/typst_ts_web_compiler_bg.wasm']);
    expect(packed.filter((path) => path.endsWith('.node'))).toEqual(['node_modules/better-sqlite3/prebuilds/linux-x64.node']);
    expect(existsSync(join(folder, 'out/linux-unpacked/resources/app.asar.unpacked/node_modules/better-sqlite3/prebuilds/linux-x64.node'))).toBe(true);
    expect(packed.filter((path) => path.startsWith('dist/')).toSorted()).toEqual(globSync('dist/{main,renderer}/**', { cwd: root }).map((path) => path.replaceAll('\\', '/')).filter((path) => statSync(join(root, path)).isFile() && !/^dist\/renderer\/.*\.(?:wasm|ttf)$/.test(path)).toSorted());
  });

  it('has nothing else: no sources, tests, maps, documents, settings or tools', () => {
    const foreign = packed.filter((path) => !/^(?:dist\/(?:main|renderer)\/|node_modules\/|package\.json$|LICENSE$)/.test(path));
    expect(foreign).toEqual([]);
    expect(packed.filter((path) => /\.(?:tsx?|map|md|test\.\w+|c|cc|cpp|h|hpp|gyp|gypi|ya?ml|env\w*)$|\/\.|\/(?:test|tests|docs|deps|src\/objects)\//.test(path) && !path.includes('/lib/src/'))).toEqual([]);
    const modules = new Set(packed.flatMap((path) => /^node_modules\/((?:@[^/]+\/)?[^/]+)\//.exec(path)?.[1] ?? []));
    expect([...modules].toSorted()).toEqual([...closureOf(NOT_BUNDLED.filter((name) => name !== 'electron'))].toSorted());
  });

  it('tells nothing of the machine that made it', () => {
    const telling = packed.filter((path) => path.startsWith('dist/') || path === 'package.json').filter((path) => readFileSync(join(inside, path)).includes(root));
    expect(telling).toEqual([]);
    const manifest = JSON.parse(readFileSync(join(inside, 'package.json'), 'utf8')) as Record<string, unknown>;
    expect(manifest['main']).toBe('dist/main/main.js');
    expect(manifest).not.toHaveProperty('devDependencies');
    expect(manifest).not.toHaveProperty('scripts');
  });

  it('finds all that it loads in itself: SQLite opens a library, and the updater loads', () => {
    const program = `
      const { createRequire } = require('node:module');
      const load = createRequire(process.argv[1]);
      const Sqlite = load('better-sqlite3');
      const updater = load('electron-updater');
      console.log(new Sqlite(':memory:').prepare('SELECT 6 * 7').pluck().get(), typeof updater.AppUpdater);`;
    const run = spawnSync(process.execPath, ['-e', program, join(inside, 'dist/main/main.js')], { encoding: 'utf8', env: {} });
    expect({ stdout: run.stdout, stderr: run.stderr }).toEqual({ stdout: '42 function\n', stderr: '' });
  });

  it('bundles everything but what is beside it', () => {
    const imports = packed
      .filter((path) => /^dist\/main\/.*\.c?js$/.test(path))
      .flatMap((path) => [...readFileSync(join(inside, path), 'utf8').matchAll(/^(?:import\b[^'"\n]*?|.*\bimport\(|.*\b__require\(|let \w+ = require\()["']([^."'][^"'\n]*)["']/gm)].map((match) => match[1] ?? ''))
      .filter((name) => !name.startsWith('node:') && !require('node:module').builtinModules.includes(name));
    expect([...new Set(imports)].toSorted()).toEqual([...NOT_BUNDLED].toSorted());
  });

  it('has the native library of its own system, whichever machine packs it', () => {
    // No resources can be written into a program that is none of Windows.
    pack('electron.exe', '--win', '--arm64', '-c.disableAsarIntegrity=true', '-c.win.signAndEditExecutable=false');
    const files = listPackage(join(folder, 'out/win-arm64-unpacked/resources/app.asar'), { isPack: false }).map((path) => path.replaceAll('\\', '/'));
    expect(files.filter((path) => path.endsWith('.node'))).toEqual(['/node_modules/better-sqlite3/prebuilds/win32-arm64.node']);
    expect(config['mac']).toMatchObject({ files: [{ filter: ['package.json', expect.stringContaining('prebuilds/!(darwin-')] }] });
  });

  it('keeps to its size', () => {
    const size = statSync(join(folder, 'out/linux-unpacked/resources/app.asar')).size;
    expect(size).toBeGreaterThan(3_000_000);
    // 77 MB of it set pages: Typst, and the faces for the scripts of the world.
    expect(size).toBeLessThan(100_000_000);
  });

  it('has its fuses set in the program itself', async () => {
    const wire = await getCurrentFuseWire(join(folder, 'out/linux-unpacked/recto'));
    const isOn = (fuse: FuseV1Options): boolean => wire[fuse] === FuseState.ENABLE;
    expect({
      runAsNode: isOn(FuseV1Options.RunAsNode),
      enableCookieEncryption: isOn(FuseV1Options.EnableCookieEncryption),
      enableNodeOptionsEnvironmentVariable: isOn(FuseV1Options.EnableNodeOptionsEnvironmentVariable),
      enableNodeCliInspectArguments: isOn(FuseV1Options.EnableNodeCliInspectArguments),
      enableEmbeddedAsarIntegrityValidation: isOn(FuseV1Options.EnableEmbeddedAsarIntegrityValidation),
      onlyLoadAppFromAsar: isOn(FuseV1Options.OnlyLoadAppFromAsar),
      loadBrowserProcessSpecificV8Snapshot: isOn(FuseV1Options.LoadBrowserProcessSpecificV8Snapshot),
      grantFileProtocolExtraPrivileges: isOn(FuseV1Options.GrantFileProtocolExtraPrivileges),
    }).toEqual(FUSES);
  });

  it('has the guides beside the archive, where other programs open them, and nowhere to ask for newer versions', () => {
    const resources = join(folder, 'out/linux-unpacked/resources');
    expect(readdirSync(resources).toSorted()).toEqual(['app.asar', 'app.asar.unpacked', 'docs']);
    expect(readdirSync(join(resources, 'docs')).toSorted()).toEqual(globSync('*.md', { cwd: join(root, 'docs') }).toSorted());
  });
});

/** The packages that these need to run, by their own word. */
function closureOf(names: readonly string[], from = require): Set<string> {
  const found = new Set<string>();
  for (const name of names) {
    // It is there only for those who compile it.
    if (name === 'node-addon-api') continue;
    found.add(name);
    const manifest = findManifest(name, from);
    const { dependencies = {} } = JSON.parse(readFileSync(manifest, 'utf8')) as { dependencies?: Record<string, string> };
    for (const dependency of closureOf(Object.keys(dependencies), createRequire(manifest))) found.add(dependency);
  }
  return found;
}

function findManifest(name: string, from: NodeJS.Require): string {
  const folder = from.resolve.paths(name)?.find((path) => existsSync(join(path, name, 'package.json')));
  if (folder === undefined) throw new Error(`${name} is not installed.`);
  return join(folder, name, 'package.json');
}

describe('an icon’s file', () => {
  it('has each picture where its head says', () => {
    const pictures = [16, 256].map((size) => ({ size, png: Buffer.from(`PNG of ${size}`), rgba: Buffer.alloc(size * size * 4, 7) }));
    const ico = packIco(pictures);
    expect(ico.readUInt32LE(6 + 12)).toBe(6 + 2 * 16);
    expect(ico.readUInt32LE(6 + 8)).toBe(40 + 16 * 16 * 4 + 4 * 16);
    expect(ico.subarray(ico.readUInt32LE(22 + 12)).toString()).toBe('PNG of 256');
    const icns = packIcns(pictures);
    expect(icns.toString('latin1', 0, 4)).toBe('icns');
    expect(icns.toString('latin1', 16, 16 + 9)).toBe('PNG of 16');
  });
});
