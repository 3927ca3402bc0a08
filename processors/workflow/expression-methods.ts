import { isRecord, listOf, numberOf, spend, stringOf, type Work } from './expression-values.ts';

export type ExpressionMethod = (self: unknown, callArguments: readonly unknown[], work: Work) => unknown;

const text = (run: (self: string, callArguments: readonly unknown[], work: Work) => unknown): ExpressionMethod => (self, callArguments, work) => {
  const value = stringOf(self);
  spend(work, value.length);
  return run(value, callArguments, work);
};

/** Python's names and meanings, as in the seed: `split()` without a separator splits at runs of white space. */
export const EXPRESSION_METHODS: ReadonlyMap<string, ExpressionMethod> = new Map<string, ExpressionMethod>([
  ['split', text((self, [separator]) => splitText(self, separator))],
  ['strip', text((self) => self.trim())],
  ['lower', text((self) => self.toLowerCase())],
  ['upper', text((self) => self.toUpperCase())],
  ['startswith', text((self, [start]) => self.startsWith(stringOf(start)))],
  ['endswith', text((self, [end]) => self.endsWith(stringOf(end)))],
  ['count', text((self, [part]) => self.split(nonEmpty(part)).length - 1)],
  ['replace', text((self, [from, to], work) => replaceAll(self, nonEmpty(from), stringOf(to), work))],
  ['join', text((self, [parts], work) => joinTexts(self, listOf(parts), work))],
  ['slice', (self, [start, end], work) => sliceOf(self, start, end, work)],
  ['get', (self, [key, fallback]) => readKey(self, key) ?? fallback ?? null],
  ['keys', (self) => Object.keys(recordOf(self))],
  ['values', (self) => Object.values(recordOf(self))],
]);

function splitText(self: string, separator: unknown): string[] {
  if (separator !== undefined && separator !== null) return self.split(nonEmpty(separator));
  const trimmed = self.trim();
  return trimmed === '' ? [] : trimmed.split(/\s+/);
}

function nonEmpty(value: unknown): string {
  const part = stringOf(value);
  if (part === '') throw new Error('an empty text separates nothing');
  return part;
}

function replaceAll(self: string, from: string, to: string, work: Work): string {
  const parts = self.split(from);
  spend(work, parts.length * to.length);
  return parts.join(to);
}

function joinTexts(separator: string, parts: readonly unknown[], work: Work): string {
  const texts = parts.map(stringOf);
  spend(work, texts.reduce((total, part) => total + part.length + separator.length, 0));
  return texts.join(separator);
}

function sliceOf(self: unknown, start: unknown, end: unknown, work: Work): unknown {
  const from = start === undefined ? 0 : numberOf(start);
  const to = end === undefined ? undefined : numberOf(end);
  const whole = Array.isArray(self) ? listOf(self) : stringOf(self);
  spend(work, whole.length);
  return whole.slice(from, to);
}

function recordOf(value: unknown): Record<string, unknown> {
  if (!isRecord(value)) throw new Error('only an object has names');
  return value;
}

function readKey(self: unknown, key: unknown): unknown {
  const record = recordOf(self);
  const name = stringOf(key);
  return name !== '__proto__' && Object.hasOwn(record, name) ? record[name] : undefined;
}
