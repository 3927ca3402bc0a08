/** Every book, format and style, and the presets that ship: what is compiled. */
import { STANDARD_PRESETS } from '#app/domain/standard-presets.ts';
import { readRealBook } from '#processors/book-compiler/test-support/real-books.ts';
import { makeTortureBook, type TortureBook } from '#processors/book-compiler/test-support/torture-book.ts';
import { COMPILE_FORMATS, STYLES } from '#processors/contract/layout-options.ts';
import type { CompileFormat, Manuscript } from '#processors/contract/manuscript.ts';
import type { CompileLayout } from '#schemas/generated/types.ts';

export interface Case {
  name: string;
  manuscript: Manuscript;
  /** What a file must hold of it, where that is known. */
  chapters?: TortureBook['chapters'];
  format: CompileFormat;
  layout: CompileLayout;
}

/** A chapter of a million characters, and of each language the whole declaration. */
const WHOLE = { lines: 200, characters: 1_000_000 };

export function makeCases(size = WHOLE): Case[] {
  const torture = makeTortureBook(size);
  const books = [{ ...torture, name: 'torture' }, { name: 'frankenstein', manuscript: readRealBook('frankenstein') }, { name: 'war-and-peace', manuscript: readRealBook('war-and-peace') }];
  return books.flatMap(({ name, ...book }) => looks().map(({ format, layout }) => ({ ...book, name: `${name} as ${[format, ...Object.values(layout)].join(', ')}`, format, layout })));
}

type Look = Pick<Case, 'format' | 'layout'>;

/** Each once: a preset may be no more than a style, and a format's first style is what it has without one. */
function looks(): Look[] {
  const styles = COMPILE_FORMATS.flatMap((format): Look[] => [{ format, layout: {} }, ...STYLES[format].slice(1).map((style) => ({ format, layout: { style } }))]);
  const numbered: Look = { format: 'epub', layout: { chapter_heading: 'number-and-title', number_style: 'words' } };
  const presets = STANDARD_PRESETS.map(({ format, layout: { style, ...layout } }): Look => ({ format, layout: style === undefined || style === STYLES[format][0] ? layout : { style, ...layout } }));
  return [...new Map([...styles, ...presets, numbered].map((look) => [JSON.stringify([look.format, look.layout]), look])).values()];
}
