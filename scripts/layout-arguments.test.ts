import { parseArgs } from 'node:util';
import { describe, expect, it } from 'vitest';
import { findDataErrors } from '#schemas/blob.ts';
import type { CompiledBookV1 } from '#schemas/generated/types.ts';
import { LAYOUT_ARGUMENTS, LAYOUT_USAGE, readLayout } from './layout-arguments.ts';

const read = (format: CompiledBookV1['format'], ...args: string[]) => readLayout(parseArgs({ args, options: LAYOUT_ARGUMENTS, allowNegative: true }).values, format);

describe('a layout from the command line', () => {
  it.each([
    ['docx', ['--style', 'manuscript-modern', '--scene-break', '❦'], { style: 'manuscript-modern', scene_break: '❦' }],
    ['text', ['--numbers', 'roman'], { number_style: 'roman', chapter_heading: 'number-and-title' }],
    ['text', ['--numbers', 'words', '--headings', 'number'], { number_style: 'words', chapter_heading: 'number' }],
    ['epub', ['--typography', 'as-written', '--field', 'isbn=1-2', '--field', 'publisher=A = B'], { typography: 'as-written', fields: { isbn: '1-2', publisher: 'A = B' } }],
    ['pdf', ['--style', 'print', '--trim', '5.5x8.5', '--font', 'literata', '--font-size', '10.5', '--line-height', '1.2'], { style: 'print', trim: '5.5x8.5', font: 'literata', font_size: 10.5, line_height: 1.2 }],
    ['pdf', ['--drop-caps', '--no-recto-starts'], { drop_caps: true, recto_starts: false }],
    ['markdown', [], {}],
  ] as const)('for %s, %j', (format, args, layout) => {
    expect(read(format, ...args)).toEqual(layout);
    expect(findDataErrors('book-v1', { title: '', author: '', chapters: [], presets: [{ id: 'p', name: 'P', format, layout }] })).toEqual([]);
  });

  it.each([
    ['docx', ['--style', 'shunn'], '--style can be reading, manuscript-modern, manuscript-classic or editors, not “shunn”.'],
    ['docx', ['--style', 'print'], '--style can be reading, manuscript-modern, manuscript-classic or editors, not “print”.'],
    ['epub', ['--style', 'reading'], '--style is for docx or pdf; epub has nothing that it could change. Leave it out, or choose another --format.'],
    ['pdf', ['--font-size', '90'], '--font-size is a number from 7 to 24, not “90”.'],
    ['pdf', ['--font-size', ''], '--font-size is a number from 7 to 24, not “”.'],
    ['html', ['--scene-break', ' '], '--scene-break takes 1 to 20 characters.'],
    ['html', ['--field', 'isbn'], '--field takes a name of small letters and its value'],
  ] as const)('says what to do, for %s and %j', (format, args, sentence) => {
    expect(() => read(format, ...args)).toThrow(sentence);
  });

  it('has every option in its usage', () => {
    for (const name of Object.keys(LAYOUT_ARGUMENTS)) expect(LAYOUT_USAGE).toContain(`--${name}`);
  });
});
