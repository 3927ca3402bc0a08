/** Typst compiled to WebAssembly: in a browser’s worker, and in Node where there is no native build. */
import type * as WebTypst from '@myriaddreamin/typst-ts-web-compiler';
import { RectoError } from '#schemas/errors.ts';
import { findMissing } from './font-coverage.ts';
import { takeJobsInOrder } from './take-jobs-in-order.ts';
import type { Typesetter } from '../contract/typesetter.ts';

export interface WasmTypesetterParts {
  readWasm(): Promise<Uint8Array<ArrayBuffer>>;
  readFont(specifier: string): Promise<Uint8Array<ArrayBuffer>>;
}

const MAIN = '/main.typ';
/** Messages as texts with the line that they are about. */
const UNIX_DIAGNOSTICS = 2;

const refuse = (): never => {
  throw new Error('The document reads what it was not given.');
};

/** One that reads what it is given and nothing else. Its constructor makes functions from strings, which a page’s policy forbids: it gets one that is here already, and none of them stays. */
async function createBuilder(Builder: typeof WebTypst.TypstCompilerBuilder): Promise<WebTypst.TypstCompilerBuilder> {
  const { Function: before } = globalThis;
  // An object that a constructor returns takes the place of the new one.
  globalThis.Function = function FromText() {
    return refuse;
  } as unknown as FunctionConstructor;
  let builder: WebTypst.TypstCompilerBuilder;
  try {
    builder = new Builder();
  } finally {
    globalThis.Function = before;
  }
  await builder.set_access_model(null, () => 0, () => true, (path: string) => path, refuse);
  await builder.set_package_registry(null, refuse);
  return builder;
}

/** 28 MB are read at the first job, and kept. */
export function createWasmTypesetter({ readWasm, readFont }: WasmTypesetterParts): Typesetter {
  let loading: Promise<typeof WebTypst> | undefined;
  const loadModule = async () => {
    const module = await import('@myriaddreamin/typst-ts-web-compiler');
    await module.default({ module_or_path: takeJobsInOrder(await readWasm()) });
    return module;
  };
  return {
    async toPdf({ source, fonts, files: pictures = new Map() }) {
      loading ??= loadModule();
      // A network that failed may be back at the next job.
      loading.catch(() => (loading = undefined));
      const { TypstCompilerBuilder } = await loading;
      const builder = await createBuilder(TypstCompilerBuilder);
      const files = await Promise.all(fonts.map(readFont));
      for (const font of files) await builder.add_raw_font(font);
      const compiler = await builder.build();
      for (const [name, bytes] of pictures) compiler.map_shadow(`/${name}`, bytes);
      const bytes = compile(compiler, source);
      compiler.free();
      return { bytes, missing: findMissing(source, files) };
    },
  };
}

function compile(compiler: WebTypst.TypstCompiler, source: string): Uint8Array {
  const { result, diagnostics } = setPages(compiler, source);
  if (result) return result;
  compiler.free();
  throw typesettingFailed(JSON.stringify(diagnostics));
}

/** @throws RectoError processor_crashed: its memory or its stack is full, and there is no second instance in this thread */
function setPages(compiler: WebTypst.TypstCompiler, source: string): { result?: Uint8Array; diagnostics?: unknown } {
  try {
    compiler.add_source(MAIN, source);
    return compiler.compile(MAIN, undefined, 'pdf', UNIX_DIAGNOSTICS) as { result?: Uint8Array; diagnostics?: unknown };
  } catch (cause) {
    throw new RectoError(
      'processor_crashed',
      'This book has more pages than can be set here at once. No file was made, and the manuscript is untouched. Choose smaller type or a larger page, make the PDF of some of its chapters at a time, or let the account’s server or the compile command make it.',
      { cause },
    );
  }
}

export function typesettingFailed(why = ''): RectoError {
  return new RectoError('processor_failed', `The pages could not be set: ${why.slice(0, 500)}. No file was made, and the manuscript is untouched. Please report this.`);
}
