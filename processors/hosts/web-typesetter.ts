/** Typst in a browser’s worker: its WebAssembly is fetched when the first PDF is made, a font when a book is first set in it. */
import { RectoError } from '#schemas/errors.ts';
import type { Typesetter } from '../contract/typesetter.ts';
import { TYPST_WASM } from './typesetter-files.ts';
import { createWasmTypesetter } from './wasm-typesetter.ts';

/** @param urls where each of TYPESETTER_FILES is */
export function createWebTypesetter(urls: Readonly<Record<string, string>>): Typesetter {
  const fetchFile = async (specifier: string): Promise<Uint8Array<ArrayBuffer>> => {
    const response = await fetch(urls[specifier]!).catch(notHere);
    return response.ok ? new Uint8Array(await response.arrayBuffer().catch(notHere)) : notHere(response.status);
  };
  return createWasmTypesetter({ readWasm: () => fetchFile(TYPST_WASM), readFont: fetchFile });
}

function notHere(cause: unknown): never {
  throw new RectoError(
    'network',
    'What sets the pages of a PDF is fetched once, with the fonts of the book, and could not be fetched now. No file was made, and the manuscript is untouched. Make this PDF again when you are online: from then on it is made offline too. Every other format needs no network.',
    { cause },
  );
}
