import { firstValueFrom } from 'rxjs';
import { coreOf } from '../app-core.ts';
import { instanceOf } from '../domain/processor-instance.ts';
import type { ExpansionEstimate } from '../ports.ts';
import type { RectoApp } from '../recto-app.ts';
import { TEXT_EXPANSION } from '../store/device-processors.ts';
import { findBookWork } from '../store/find-book-work.ts';
import { readAiSettings } from './read-ai-settings.ts';

export interface BookEstimate {
  /** Chapters that a run would grow. */
  chapters: number;
  /** Chapters that are level with their drafts. */
  fresh: number;
  /** Chapters in which nothing is written. */
  empty: number;
  runAt: 'device' | 'cloud';
  provider: string;
  /** Null: a server's prices are its own, or nobody counts tokens here. */
  usage: ExpansionEstimate | null;
  /** What the month's budget has left, in the currency of the prices; absent: none is set. */
  budgetLeft?: number;
}

/**
 * What expanding a whole book would take, by the prices that its author has set. It asks no provider.
 * @throws RectoError not_found, storage_failed
 */
export async function estimateBook(app: RectoApp, bookId: string): Promise<BookEstimate> {
  const library = await coreOf(app).library();
  await library.drafts.flush();
  const { chapters, fresh, empty } = await findBookWork(library, bookId);
  const { ai, processors } = await firstValueFrom(app.settings$);
  const { budget } = await readAiSettings(app);
  // Who isn't signed in has this device alone.
  const runAt = coreOf(app).account.session ? instanceOf(processors, TEXT_EXPANSION).runAt : 'device';
  const usage = runAt === 'cloud' ? null : ((await app.platform.estimateExpansion?.(chapters.map(({ toExpand }) => toExpand), ai)) ?? null);
  return { chapters: chapters.length, fresh, empty, runAt, provider: ai.provider, usage, ...(budget !== undefined && { budgetLeft: budget }) };
}
