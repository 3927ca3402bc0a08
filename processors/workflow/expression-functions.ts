import { describe, isRecord, listOf, numberOf, spend, stringOf, type Work } from './expression-values.ts';

export type ExpressionFunction = (callArguments: readonly unknown[], work: Work) => unknown;

/** Python's names and meanings, as in the seed: `len` of a text counts its code points. */
export const EXPRESSION_FUNCTIONS: ReadonlyMap<string, ExpressionFunction> = new Map<string, ExpressionFunction>([
  ['len', ([value], work) => lengthOf(value, work)],
  ['min', (values) => extreme(values, Math.min)],
  ['max', (values) => extreme(values, Math.max)],
  ['abs', ([value]) => Math.abs(numberOf(value))],
  ['floor', ([value]) => Math.floor(numberOf(value))],
  ['ceil', ([value]) => Math.ceil(numberOf(value))],
  ['round', ([value, digits]) => roundTo(numberOf(value), digits === undefined ? 0 : numberOf(digits))],
  ['sum', ([values], work) => sumOf(listOf(values), work)],
  ['int', ([value]) => Math.trunc(toNumber(value))],
  ['float', ([value]) => toNumber(value)],
  ['str', ([value], work) => toText(value, work)],
  ['bool', ([value]) => Boolean(value)],
]);

function lengthOf(value: unknown, work: Work): number {
  if (typeof value === 'string') {
    spend(work, value.length);
    let count = 0;
    for (let at = 0; at < value.length; at++) {
      // A surrogate pair is one code point.
      if (isHighSurrogate(value.charCodeAt(at)) && isLowSurrogate(value.charCodeAt(at + 1))) at++;
      count++;
    }
    return count;
  }
  if (Array.isArray(value)) return value.length;
  if (isRecord(value)) return Object.keys(value).length;
  throw new Error(`${describe(value)} has no length`);
}

const isHighSurrogate = (code: number): boolean => code >= 0xd800 && code <= 0xdbff;
const isLowSurrogate = (code: number): boolean => code >= 0xdc00 && code <= 0xdfff;

function extreme(values: readonly unknown[], choose: (a: number, b: number) => number): number {
  const list = values.length === 1 && Array.isArray(values[0]) ? listOf(values[0]) : values;
  if (list.length === 0) throw new Error('there is nothing to choose from');
  return list.map(numberOf).reduce((a, b) => choose(a, b));
}

function roundTo(value: number, digits: number): number {
  if (!Number.isInteger(digits) || digits < 0 || digits > 15) throw new Error('a number is rounded to 0 to 15 digits');
  const rounded = Number(value.toFixed(digits));
  return Number.isFinite(rounded) ? rounded : value;
}

function sumOf(values: readonly unknown[], work: Work): number {
  spend(work, values.length);
  return numberOf(values.reduce<number>((total, value) => total + numberOf(value), 0));
}

function toNumber(value: unknown): number {
  if (typeof value === 'boolean') return value ? 1 : 0;
  if (typeof value !== 'string') return numberOf(value);
  const text = value.trim();
  const number = text === '' ? Number.NaN : Number(text);
  if (!Number.isFinite(number)) throw new Error('the text is not a number');
  return number;
}

function toText(value: unknown, work: Work): string {
  if (typeof value === 'number' || typeof value === 'boolean') return String(value);
  const text = stringOf(value);
  spend(work, text.length);
  return text;
}
