/** What the typesetter reads, as import specifiers: Node finds it in npm’s packages, a build puts it beside the code. */
import { FONT_FILES } from '../book-compiler/writers/typst-fonts.ts';

export const TYPST_WASM = '@myriaddreamin/typst-ts-web-compiler/wasm';

export const TYPESETTER_FILES: readonly string[] = [TYPST_WASM, ...FONT_FILES];
