/** Jobs in a person's words. */
import type { BookRun, JobView } from '#app/recto-app.ts';
import { sumUsage, type UsageAmount } from '#app/domain/sum-usage.ts';
import { formatCount, formatNumber } from '#renderer/shell/format-count.ts';
import type { Titles } from './use-titles.ts';

const VERBS: Record<string, string> = { 'text-expansion': 'Expanding', 'book-compiler': 'Compiling', 'pitch-builder': 'Making the pitch of' };

export function isUnderWay({ state }: JobView): boolean {
  return state === 'queued' || state === 'running';
}

/** 'Expanding “Dusk”', 'Making the pitch of “The Keeper”'. */
export function nameJob(job: JobView, titles: Titles): string {
  return `${VERBS[job.processorId] ?? job.processorId} “${nameSubject(job, titles)}”`;
}

/** The book that a job is about; of one that is about no chapter it is what it reads. */
export function bookOf({ bookId, chapterId, blobId }: JobView): string | undefined {
  return bookId ?? (chapterId === undefined ? blobId : undefined);
}

/** What a job is about: its chapter, else its book. */
export function nameSubject(job: JobView, titles: Titles): string {
  return job.chapterId === undefined ? titles.book(bookOf(job)) : titles.chapter(job.bookId, job.chapterId);
}

/** How far it is: '3 of 12', 'waits', 'tries again at 14:05'. */
export function describeProgress({ state, progress, nextAttemptAt }: JobView): string {
  if (state === 'queued') return nextAttemptAt === null ? 'waits' : `tries again at ${formatTime(nextAttemptAt)}`;
  if (!progress) return 'begins';
  if (progress.total > 0) return `${progress.done} of ${progress.total}`;
  return progress.message ?? 'runs';
}

export function countEnded({ chapters }: BookRun): number {
  return chapters.filter(({ end }) => end !== null).length;
}

/** What a run came to: '5 chapters were expanded, 1 failed.' */
export function describeRun({ chapters }: BookRun): string {
  const count = (...ends: string[]): number => chapters.filter(({ end }) => end !== null && ends.includes(end)).length;
  const [done, failed, stopped] = [count('done', 'fresh'), count('failed'), count('cancelled')];
  const parts = [`${formatCount(done, 'chapter')} ${done === 1 ? 'is' : 'are'} expanded`];
  if (failed > 0) parts.push(`${failed} failed`);
  if (stopped > 0) parts.push(`${stopped} ${stopped === 1 ? 'was' : 'were'} stopped`);
  return `${parts.join(', ')}.`;
}

/** '12,400 tokens in, 31,000 out · 0.42'; null where no provider was paid. */
export function describeUsage(amounts: readonly UsageAmount[]): string | null {
  const { inputTokens, outputTokens, cost, isPartlyUnpriced } = sumUsage(amounts);
  if (inputTokens + outputTokens === 0) return null;
  const tokens = `${formatNumber(inputTokens)} tokens in, ${formatNumber(outputTokens)} out`;
  if (cost === null) return `${tokens}; no price is set`;
  return `${tokens}, ${isPartlyUnpriced ? 'at least ' : ''}${formatCost(cost)}`;
}

const SMALL = new Intl.NumberFormat('en', { minimumFractionDigits: 2, maximumFractionDigits: 4 });
const AMOUNT = new Intl.NumberFormat('en', { minimumFractionDigits: 2, maximumFractionDigits: 2 });

/** '6.71'; of what is less than one of the currency, what it would round away. */
export function formatAmount(amount: number): string {
  return (amount < 1 ? SMALL : AMOUNT).format(amount);
}

/** In the currency of the author's prices, which has no name here. */
export function formatCost(cost: number): string {
  return `cost ${formatAmount(cost)}`;
}

export function formatTime(time: number): string {
  const date = new Date(time);
  const isToday = date.toDateString() === new Date().toDateString();
  return date.toLocaleString(undefined, isToday ? { timeStyle: 'short' } : { dateStyle: 'medium', timeStyle: 'short' });
}
