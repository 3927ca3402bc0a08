const NUMBER = new Intl.NumberFormat('en');

/** '1 word', '12,400 words'. */
export function formatCount(count: number, noun: string): string {
  return `${NUMBER.format(count)} ${noun}${count === 1 ? '' : 's'}`;
}

export function formatNumber(count: number): string {
  return NUMBER.format(count);
}
