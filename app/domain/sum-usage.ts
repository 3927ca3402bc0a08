/** Sums of what text providers took. */

/** What is summed. */
export interface UsageAmount {
  inputTokens: number;
  outputTokens: number;
  /** Null: no price was set. */
  cost: number | null;
}

export interface UsageSum extends UsageAmount {
  /** Some of it has no price: the cost is not all. */
  isPartlyUnpriced: boolean;
}

export function sumUsage(amounts: readonly UsageAmount[]): UsageSum {
  const priced = amounts.flatMap(({ cost }) => (cost === null ? [] : [cost]));
  return {
    inputTokens: amounts.reduce((sum, { inputTokens }) => sum + inputTokens, 0),
    outputTokens: amounts.reduce((sum, { outputTokens }) => sum + outputTokens, 0),
    cost: priced.length > 0 ? priced.reduce((sum, cost) => sum + cost, 0) : null,
    isPartlyUnpriced: priced.length < amounts.length,
  };
}

/** The same by a part of each, such as its month, book, processor or job. */
export function sumUsageBy<T extends UsageAmount>(amounts: readonly T[], keyOf: (amount: T) => string | undefined): Map<string, UsageSum> {
  const groups = new Map<string, T[]>();
  for (const amount of amounts) {
    const key = keyOf(amount);
    if (key !== undefined) groups.set(key, [...(groups.get(key) ?? []), amount]);
  }
  return new Map([...groups].map(([key, group]) => [key, sumUsage(group)]));
}
