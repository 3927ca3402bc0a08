/**
 * Typst in Node: the native build where npm has one for this system, the WebAssembly build elsewhere. Fonts come from the npm packages
 * that their specifiers name, or from a folder that has them all.
 */
import { readFile } from 'node:fs/promises';
import { createRequire } from 'node:module';
import { basename, join } from 'node:path';
import type { Typesetter } from '../../contract/typesetter.ts';
import { findMissing } from '../font-coverage.ts';
import { TYPST_WASM } from '../typesetter-files.ts';
import { createWasmTypesetter, typesettingFailed } from '../wasm-typesetter.ts';

export interface NodeTypesetterOptions {
  /** `wasm`: also where there is a native build. */
  engine?: 'native' | 'wasm';
  /** Where the WebAssembly and the fonts are, by their file names alone; absent: in the npm packages. */
  folder?: string;
}

const WASM_FILE = 'typst_ts_web_compiler_bg.wasm';

/**
 * The build itself, where the one that is named for all systems asks npm for builds that the registry has not got. It is an optional
 * dependency for Linux on x64, the system of servers.
 */
const NATIVE = `@myriaddreamin/typst-ts-node-compiler-${process.platform}-${process.arch}${process.platform === 'linux' ? '-gnu' : ''}`;

/** As far as it is used: the package of a build has no types. */
interface NativeTypst {
  NodeCompiler: { create(options: { fontArgs: { fontBlobs: Buffer[] }[] }): NativeCompiler };
}

interface NativeCompiler {
  /** @param path in the folder of the process, where it takes a document to be */
  mapShadow(path: string, content: Buffer): void;
  compile(document: { mainFileContent: string }): { result: object | null; takeDiagnostics(): { shortDiagnostics: unknown[] } | null };
  pdf(compiled: object, options: { pdfTags: boolean }): Buffer;
  evictCache(maxAge: number): void;
}

const load = createRequire(import.meta.url);

/** The engine is loaded at the first job. */
export function createNodeTypesetter({ engine, folder }: NodeTypesetterOptions = {}): Typesetter {
  const read = async (specifier: string, name: string): Promise<Uint8Array<ArrayBuffer>> =>
    new Uint8Array(await readFile(folder === undefined ? load.resolve(specifier) : join(folder, name)));
  const readFont = (specifier: string): Promise<Uint8Array<ArrayBuffer>> => read(specifier, basename(specifier));
  let chosen: Typesetter | undefined;
  return {
    toPdf(job) {
      const native = engine === 'wasm' ? null : loadNative();
      chosen ??= native ? nativeTypesetter(native, readFont) : createWasmTypesetter({ readWasm: () => read(TYPST_WASM, WASM_FILE), readFont });
      return chosen.toPdf(job);
    },
  };
}

function nativeTypesetter({ NodeCompiler }: NativeTypst, readFont: (specifier: string) => Promise<Uint8Array<ArrayBuffer>>): Typesetter {
  return {
    async toPdf({ source, fonts, files: pictures = new Map() }) {
      const files = await Promise.all(fonts.map(readFont));
      const fontBlobs = files.map(({ buffer }) => Buffer.from(buffer));
      const compiler = NodeCompiler.create({ fontArgs: [{ fontBlobs }] });
      for (const [name, bytes] of pictures) compiler.mapShadow(join(process.cwd(), name), Buffer.from(bytes));
      const compiled = compiler.compile({ mainFileContent: source });
      if (!compiled.result) throw typesettingFailed(JSON.stringify(compiled.takeDiagnostics()?.shortDiagnostics));
      const pdf = compiler.pdf(compiled.result, { pdfTags: true });
      // What it remembers for a next document would stay for as long as the process.
      compiler.evictCache(0);
      return { bytes: new Uint8Array(pdf.buffer, pdf.byteOffset, pdf.byteLength), missing: findMissing(source, files) };
    },
  };
}

/** Null where npm has no build for this system, or none was packed. */
function loadNative(): NativeTypst | null {
  try {
    return load(NATIVE) as NativeTypst;
  } catch {
    return null; // the answer: it is not installed
  }
}
