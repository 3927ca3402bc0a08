/** Typst compiled to WebAssembly: in a browser’s worker, and in Node where there is no native build. */
import type * as WebTypst from '@myriaddreamin/typst-ts-web-compiler';
import { RectoError } from '#schemas/errors.ts';
import { findMissing } from './font-coverage.ts';
import type { Typesetter } from '../contract/typesetter.ts';

export interface WasmTypesetterParts {
  readWasm(): Promise<Uint8Array<ArrayBuffer> | Response>;
  readFont(specifier: string): Promise<Uint8Array<ArrayBuffer>>;
}

const MAIN = '/main.typ';
/** Messages as texts with the line that they are about. */
const UNIX_DIAGNOSTICS = 2;

/** 28 MB are read at the first job, and kept. */
export function createWasmTypesetter({ readWasm, readFont }: WasmTypesetterParts): Typesetter {
  let loading: Promise<typeof WebTypst> | undefined;
  const loadModule = async () => {
    const module = await import('@myriaddreamin/typst-ts-web-compiler');
    await module.default({ module_or_path: await readWasm() });
    return module;
  };
  return {
    async toPdf({ source, fonts, files: pictures = new Map() }) {
      loading ??= loadModule();
      // A network that failed may be back at the next job.
      loading.catch(() => (loading = undefined));
      const { TypstCompilerBuilder } = await loading;
      const builder = new TypstCompilerBuilder();
      builder.set_dummy_access_model();
      const files = await Promise.all(fonts.map(readFont));
      for (const font of files) await builder.add_raw_font(font);
      const compiler = await builder.build();
      try {
        for (const [name, bytes] of pictures) compiler.map_shadow(`/${name}`, bytes);
        return { bytes: compile(compiler, source), missing: findMissing(source, files) };
      } finally {
        compiler.free();
      }
    },
  };
}

function compile(compiler: WebTypst.TypstCompiler, source: string): Uint8Array {
  compiler.add_source(MAIN, source);
  const { result, diagnostics } = compiler.compile(MAIN, undefined, 'pdf', UNIX_DIAGNOSTICS) as { result?: Uint8Array; diagnostics?: unknown };
  if (!result) throw typesettingFailed(JSON.stringify(diagnostics));
  return result;
}

export function typesettingFailed(why = ''): RectoError {
  return new RectoError('processor_failed', `The pages could not be set: ${why.slice(0, 500)}. No file was made, and the manuscript is untouched. Please report this.`);
}
