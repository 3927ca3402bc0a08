/** How a compiled book looks, as options of the command line: each is one field of the layout (`book-v1`). */
import { COMPILE_FORMATS, hasOption, STYLES, type LayoutOption } from '#processors/contract/layout-options.ts';
import type { CompileFormat } from '#processors/contract/manuscript.ts';
import type { CompileLayout } from '#schemas/generated/types.ts';
import { UsageError } from './cli.ts';

export const LAYOUT_USAGE = `How it looks; what is not given is the format's own:
  --style        docx: reading, manuscript-modern, manuscript-classic (standard manuscript format), editors;
                 pdf: print, manuscript-modern, manuscript-classic
  --numbers      chapters are numbered: digits, words or roman
  --headings     title, number, or number-and-title (which --numbers alone means)
  --scene-break  what stands between two scenes, such as "* * *" or "#"
  --typography   typeset (the language's quotes and dashes) or as-written
  --field        name=value for a {name} in front and back matter; may be given more than once
  --trim         pdf: 5x8, 5.5x8.5, 6x9, a5, mass-market, a4 or letter
  --font         pdf: source-serif, literata or courier-prime
  --font-size    pdf: 7 to 24 points
  --line-height  pdf: 1 to 3
  --drop-caps, --recto-starts  pdf; --no-drop-caps, --no-recto-starts
`;

type Given = string | boolean | (string | boolean)[] | undefined;

interface Option {
  field: LayoutOption;
  /** What it can be: one of these, a number of this range, a text of at most so many characters, or yes and no. */
  value: readonly string[] | { from: number; to: number } | { longest: number } | 'switch';
}

const OPTIONS: Record<string, Option> = {
  style: { field: 'style', value: ['reading', 'manuscript-modern', 'manuscript-classic', 'editors', 'print'] satisfies CompileLayout['style'][] },
  numbers: { field: 'number_style', value: ['digits', 'words', 'roman'] satisfies CompileLayout['number_style'][] },
  headings: { field: 'chapter_heading', value: ['title', 'number', 'number-and-title'] satisfies CompileLayout['chapter_heading'][] },
  'scene-break': { field: 'scene_break', value: { longest: 20 } },
  typography: { field: 'typography', value: ['typeset', 'as-written'] satisfies CompileLayout['typography'][] },
  trim: { field: 'trim', value: ['5x8', '5.5x8.5', '6x9', 'a5', 'mass-market', 'a4', 'letter'] satisfies CompileLayout['trim'][] },
  font: { field: 'font', value: ['source-serif', 'literata', 'courier-prime'] satisfies CompileLayout['font'][] },
  'font-size': { field: 'font_size', value: { from: 7, to: 24 } },
  'line-height': { field: 'line_height', value: { from: 1, to: 3 } },
  'drop-caps': { field: 'drop_caps', value: 'switch' },
  'recto-starts': { field: 'recto_starts', value: 'switch' },
};

/** For `parseArgs`, with `allowNegative`. */
export const LAYOUT_ARGUMENTS: Record<string, { type: 'string' | 'boolean'; multiple?: boolean }> = {
  ...Object.fromEntries(Object.entries(OPTIONS).map(([name, { value }]) => [name, { type: value === 'switch' ? 'boolean' : 'string' } as const])),
  field: { type: 'string', multiple: true },
};

/**
 * The layout that the command line asks for.
 * @param given as `parseArgs` read it; other options are passed over
 * @throws UsageError for a value that an option can't have, and for an option that the format doesn't read
 */
export function readLayout(given: Record<string, Given>, format: CompileFormat): CompileLayout {
  const layout: Record<string, unknown> = {};
  for (const [name, { field, value }] of Object.entries(OPTIONS)) {
    const text = given[name];
    if (text === undefined) continue;
    if (!hasOption(format, field)) throw new UsageError(`--${name} is for ${listOf(COMPILE_FORMATS.filter((other) => hasOption(other, field)))}; ${format} has nothing that it could change. Leave it out, or choose another --format.`);
    layout[field] = readValue(name, text, name === 'style' ? STYLES[format] : value);
  }
  // Whoever says how numbers look wants to see them.
  if (layout['number_style'] !== undefined) layout['chapter_heading'] ??= 'number-and-title';
  const fields = readFields(given['field']);
  return { ...layout, ...(fields && { fields }) };
}

function readValue(name: string, given: Given, value: Option['value']): unknown {
  if (value === 'switch') return given;
  const text = String(given);
  if ('longest' in value) {
    if (text.trim() === '' || text.length > value.longest) throw new UsageError(`--${name} takes 1 to ${value.longest} characters.`);
    return text;
  }
  if ('from' in value) {
    const number = text.trim() === '' ? Number.NaN : Number(text);
    if (!(number >= value.from && number <= value.to)) throw new UsageError(`--${name} is a number from ${value.from} to ${value.to}, not “${text}”.`);
    return number;
  }
  if (!value.includes(text)) throw new UsageError(`--${name} can be ${listOf(value)}, not “${text}”.`);
  return text;
}

function readFields(given: Given): Record<string, string> | null {
  if (!Array.isArray(given)) return null;
  return Object.fromEntries(
    given.map((pair) => {
      const [, name, value] = /^([a-z_]{1,40})=([^]{0,2000})$/.exec(String(pair)) ?? [];
      if (name === undefined || value === undefined) throw new UsageError(`--field takes a name of small letters and its value, such as --field isbn=978-3-16-148410-0, not “${String(pair)}”.`);
      return [name, value];
    }),
  );
}

function listOf(words: readonly string[]): string {
  return words.length < 2 ? (words[0] ?? '') : `${words.slice(0, -1).join(', ')} or ${words.at(-1)}`;
}
