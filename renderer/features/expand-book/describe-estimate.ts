/** What a run over a whole book would do and take, in sentences. */
import type { BookEstimate } from '#app/use-cases/estimate-book.ts';
import { formatAmount, formatCost } from '#renderer/features/jobs/describe-job.ts';
import { formatCount, formatNumber } from '#renderer/shell/format-count.ts';

export function describeWork({ chapters, fresh, empty }: BookEstimate): string {
  const left = [fresh > 0 && `${formatNumber(fresh)} ${fresh === 1 ? 'is' : 'are'} level with ${fresh === 1 ? 'its draft' : 'their drafts'}`, empty > 0 && `${formatNumber(empty)} ${empty === 1 ? 'is' : 'are'} empty`].filter(Boolean).join(', ');
  if (chapters === 0) return `Nothing is to be grown${left ? `: ${left}` : ': this book has no chapters yet'}.`;
  return `${formatCount(chapters, 'chapter')} will be grown, one after the other${left ? `; ${left}` : ''}. Your drafts, and what you wrote or kept, stay as they are.`;
}

/** 'No cost: built in' or the tokens and the cost by the author's own prices. */
export function describeCost({ usage, provider, runAt, budgetLeft }: Pick<BookEstimate, 'usage' | 'provider' | 'runAt' | 'budgetLeft'>, work = formatCount(usage?.passages ?? 0, 'passage')): string {
  if (runAt === 'cloud') return 'It runs on the server of your account, which has prices of its own.';
  if (provider === 'built-in') return 'No cost: it is built in, and needs no model and no network.';
  if (!usage) return 'What it costs is not known here.';
  const tokens = `About ${formatNumber(round(usage.inputTokens))} tokens go to the model and ${formatNumber(round(usage.outputTokens))} come back, for ${work}`;
  if (usage.cost === null) return `${tokens}. Set your provider’s prices in the settings to see what that costs.`;
  return `${tokens}: ${formatCost(usage.cost)} by your prices.${describeBudget(usage.cost, budgetLeft)}`;
}

/** Whether the month's budget pays for it. */
function describeBudget(cost: number, left: number | undefined): string {
  if (left === undefined) return '';
  if (left === 0) return ' This month’s budget is spent: raise it in the settings first.';
  if (cost <= left) return ` This month’s budget has ${formatAmount(left)} left.`;
  return ` That is more than the ${formatAmount(left)} that this month’s budget has left: what it does not pay for is not asked for, and what is written is kept.`;
}

/** An estimate that names single tokens would say more than it knows. */
function round(tokens: number): number {
  const unit = tokens >= 10_000 ? 1000 : tokens >= 1000 ? 100 : 10;
  return Math.round(tokens / unit) * unit;
}
