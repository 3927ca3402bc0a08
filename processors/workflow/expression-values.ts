/** How much an evaluation may still touch, in characters and items. */
export interface Work {
  left: number;
}

/** @throws Error when the evaluation has done too much */
export function spend(work: Work, amount: number): void {
  work.left -= amount;
  if (work.left < 0) throw new Error('it takes too long');
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
