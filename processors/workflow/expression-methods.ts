import { isRecord, listOf, numberOf, spend, spendItems, spendText, stringOf, type Work } from './expression-values.ts';

export type ExpressionMethod = (self: unknown, callArguments: readonly unknown[], work: Work) => unknown;

const text = (run: (self: string, callArguments: readonly unknown[], work: Work) => unknown): ExpressionMethod => (self, callArguments, work) => {
  const value = stringOf(self);
  spend(work, value.length);
  return run(value, callArguments, work);
};

/** Python's names and meanings, as in the seed: `split()` without a separator splits at runs of white space. */
export const EXPRESSION_METHODS: ReadonlyMap<string, ExpressionMethod> = new Map<string, ExpressionMethod>([
  ['split', text((self, [separator], work) => splitText(self, separator, work))],
  ['strip', text((self) => self.trim())],
  ['lower', text((self, _none, work) => (spendText(work, self.length), self.toLowerCase()))],
  ['upper', text((self, _none, work) => (spendText(work, self.length), self.toUpperCase()))],
  ['startswith', text((self, [start]) => self.startsWith(stringOf(start)))],
  ['endswith', text((self, [end]) => self.endsWith(stringOf(end)))],
  ['count', text((self, [part]) => countParts(self, nonEmpty(part)))],
  ['replace', text((self, [from, to], work) => replaceAll(self, nonEmpty(from), stringOf(to), work))],
  ['join', text((self, [parts], work) => joinTexts(self, listOf(parts), work))],
  ['slice', (self, [start, end], work) => sliceOf(self, start, end, work)],
  ['get', (self, [key, fallback]) => readKey(self, key) ?? fallback ?? null],
  ['keys', (self, _none, work) => listed(work, Object.keys(recordOf(self)))],
  ['values', (self, _none, work) => listed(work, Object.values(recordOf(self)))],
]);

function splitText(self: string, separator: unknown, work: Work): string[] {
  if (separator !== undefined && separator !== null) {
    const by = nonEmpty(separator);
    spendItems(work, countParts(self, by) + 1);
    return self.split(by);
  }
  spendItems(work, countWords(self));
  const trimmed = self.trim();
  return trimmed === '' ? [] : trimmed.split(/\s+/);
}

function countWords(self: string): number {
  let count = 0;
  for (const word = /\S+/g; word.test(self); ) count += 1;
  return count;
}

/** Without making the parts: each would be an object of its own. */
function countParts(self: string, part: string): number {
  let count = 0;
  for (let at = self.indexOf(part); at >= 0; at = self.indexOf(part, at + part.length)) count += 1;
  return count;
}

function listed<T>(work: Work, list: T[]): T[] {
  spendItems(work, list.length);
  return list;
}

function nonEmpty(value: unknown): string {
  const part = stringOf(value);
  if (part === '') throw new Error('an empty text separates nothing');
  return part;
}

function replaceAll(self: string, from: string, to: string, work: Work): string {
  const count = countParts(self, from);
  spendText(work, self.length + count * (to.length - from.length));
  // Not String.replaceAll, to which “$&” in the new text means something.
  return count === 0 ? self : self.split(from).join(to);
}

function joinTexts(separator: string, parts: readonly unknown[], work: Work): string {
  spend(work, parts.length);
  spendText(work, parts.reduce<number>((total, part) => total + stringOf(part).length + separator.length, 0));
  return parts.map(stringOf).join(separator);
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
