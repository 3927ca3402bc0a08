/** A figure of the README: what was measured beside what, in one run, and how far it may go. */
export interface Figure {
  name: string;
  /** The ratio and what it is made of, for a person. */
  figure: string;
  limit: string;
  ok: boolean;
}

/** The value below which `share` (0 to 1) of the numbers lie. */
export function percentile(numbers: readonly number[], share: number): number {
  const sorted = numbers.toSorted((a, b) => a - b);
  return sorted[Math.min(sorted.length - 1, Math.floor(sorted.length * share))] ?? Number.NaN;
}

export function median(numbers: readonly number[]): number {
  return percentile(numbers, 0.5);
}
