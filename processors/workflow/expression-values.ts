/** How much an evaluation may still touch, in characters and items. */
export interface Work {
  left: number;
}

/** @throws Error when the evaluation has done too much */
export function spend(work: Work, amount: number): void {
  work.left -= amount;
  if (work.left < 0) throw new Error('it takes too long');
}

/** Five of the longest chapters. What an expression makes is kept until the workflow has ended. */
const MAX_TEXT = 5_000_000;
/** More than the words of the longest chapter. */
const MAX_ITEMS = 1_000_000;

/** Before a text of this many characters is made. @throws Error when it is too long, or there is no work left for it */
export function spendText(work: Work, length: number): void {
  if (length > MAX_TEXT) throw new Error('the text becomes too long');
  spend(work, length);
}

/** An item of a list takes the memory of so many characters. */
const ITEM_COST = 16;

/** Before a list of this many items is made. @throws Error */
export function spendItems(work: Work, count: number): void {
  if (count > MAX_ITEMS) throw new Error('the list becomes too long');
  spend(work, count * ITEM_COST);
}

export function isRecord(value: unknown): value is Record<string, unknown> {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}

export function numberOf(value: unknown): number {
  if (typeof value === 'number' && Number.isFinite(value)) return value;
  throw new Error(`${describe(value)} is not a number`);
}

export function stringOf(value: unknown): string {
  if (typeof value === 'string') return value;
  throw new Error(`${describe(value)} is not text`);
}

export function listOf(value: unknown): readonly unknown[] {
  if (Array.isArray(value)) return value as unknown[];
  throw new Error(`${describe(value)} is not a list`);
}

export function textOrNumber(value: unknown): string | number {
  return typeof value === 'string' ? value : numberOf(value);
}

/** What a value is, for a sentence; never what it holds. */
export function describe(value: unknown): string {
  if (value === undefined) return 'a value that is not there';
  if (value === null) return 'null';
  if (Array.isArray(value)) return 'a list';
  return typeof value === 'object' ? 'an object' : `a ${typeof value}`;
}
