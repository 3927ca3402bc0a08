import type { Settings } from '#app/recto-app.ts';

type Ai = Settings['ai'];

/** What a provider costs, as it is typed: any currency, the same in all three. */
export interface Money {
  /** For a million tokens. */
  input: string;
  output: string;
  /** For a month. */
  budget: string;
}

export function writeMoney({ price, budget }: Ai): Money {
  const write = (value: number | undefined): string => (value === undefined ? '' : String(value));
  return { input: write(price?.input), output: write(price?.output), budget: write(budget) };
}

/** A budget without a price stops nothing, so it is kept only with one. What is no number counts as not given. */
export function readMoney({ input, output, budget }: Money): Pick<Ai, 'price' | 'budget'> {
  const prices = { input: readAmount(input), output: readAmount(output) };
  if (prices.input === null && prices.output === null) return {};
  const limit = readAmount(budget);
  return { price: { input: prices.input ?? 0, output: prices.output ?? 0 }, ...(limit !== null && { budget: limit }) };
}

/** A budget is given, and nothing to count what is spent of it. */
export function isUncountable(money: Money): boolean {
  return readAmount(money.budget) !== null && readMoney(money).price === undefined;
}

/** With a point or a comma before its decimals. */
function readAmount(text: string): number | null {
  const value = Number(text.trim().replace(',', '.'));
  return text.trim() !== '' && Number.isFinite(value) && value >= 0 ? value : null;
}
