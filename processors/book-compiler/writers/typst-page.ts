/** The size of a page and its margins, in inches. */
import type { CompileLayout } from '#schemas/generated/types.ts';

export type Trim = NonNullable<CompileLayout['trim']>;

interface Page {
  width: number;
  height: number;
  /** Of the letters, in points, where the author names none: some 60 of them to a line. */
  size: number;
}

const MM = 1 / 25.4;

const PAGES: Record<Trim, Page> = {
  '5x8': { width: 5, height: 8, size: 10 },
  '5.5x8.5': { width: 5.5, height: 8.5, size: 10.5 },
  '6x9': { width: 6, height: 9, size: 11 },
  a5: { width: 148 * MM, height: 210 * MM, size: 10.5 },
  'mass-market': { width: 4.25, height: 6.87, size: 9.25 },
  a4: { width: 210 * MM, height: 297 * MM, size: 12 },
  letter: { width: 8.5, height: 11, size: 12 },
};

export interface PrintPage extends Page, TypeSize {
  inside: number;
  outside: number;
  top: number;
  bottom: number;
}

/**
 * The least inside margin that printers take, by pages: Amazon KDP, “Set Trim Size, Bleed, and Margins”. IngramSpark asks for no more.
 * Up to a quarter of an inch is added, so that a line does not run into the fold.
 */
const GUTTERS: readonly { upTo: number; inches: number }[] = [
  { upTo: 150, inches: 0.375 },
  { upTo: 300, inches: 0.5 },
  { upTo: 500, inches: 0.625 },
  { upTo: 700, inches: 0.75 },
  { upTo: Infinity, inches: 0.875 },
];
const BESIDE_GUTTER = 0.25;
/** Of a small page’s width there is no more to give. */
const BESIDE_GUTTER_SHARE = 0.042;

export interface TypeSize {
  /** Points. */
  size: number;
  /** Of the size. */
  lineHeight: number;
}

/**
 * @param wished what the author wants otherwise than this page usually has it
 * @param letters of the book: its pages are counted by them, for the gutter
 */
export function planPage(trim: Trim, wished: { size: number | undefined; lineHeight: number | undefined }, letters: number): PrintPage {
  const { width, height } = PAGES[trim];
  const [size, lineHeight] = [wished.size ?? PAGES[trim].size, wished.lineHeight ?? 1.35];
  const outside = Math.max(0.5, Math.min(0.875, width * 0.11));
  const [top, bottom] = [height * 0.095, height * 0.1];
  const beside = Math.min(BESIDE_GUTTER, width * BESIDE_GUTTER_SHARE);
  const lines = Math.floor(((height - top - bottom) * 72) / (size * lineHeight));
  // A letter with its share of spaces is as wide as 0.45 of the size.
  const pages = GUTTERS.map(({ inches }) => letters / (lines * (((width - outside - inches - beside) * 72) / (size * 0.45))) / FILLED);
  const gutter = GUTTERS.find(({ upTo }, index) => pages[index]! <= upTo)!;
  return { width, height, size, lineHeight, outside, inside: gutter.inches + beside, top, bottom };
}

/** The part of a novel's lines that is letters: the rest is ends of paragraphs and of chapters. */
const FILLED = 0.8;
