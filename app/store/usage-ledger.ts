/**
 * What this library's runs on this computer took of text providers: one row a job and month, so that it can be summed by month, book
 * and processor. Costs are by the author's own prices, as they were when it was paid.
 */
import { BehaviorSubject, type Observable } from 'rxjs';
import type { RxCollection } from 'rxdb';
import type { Usage } from '#processors/contract/runner.ts';
import type { Job } from '#processors/orchestrator/ports.ts';
import type { StateRow } from './collections.ts';
import { putRow, readRowsOf } from './state-rows.ts';

/** What one job took in one month. */
export interface UsageEntry {
  jobId: string;
  processorId: string;
  bookId?: string;
  /** YYYY-MM, by this computer's clock. */
  month: string;
  provider: string;
  model: string;
  inputTokens: number;
  outputTokens: number;
  /** Null: no price was set. */
  cost: number | null;
  /** Milliseconds since the epoch: the last time that something was paid. */
  at: number;
}

export interface UsageLedger {
  /** All months, the newest entry first. */
  readonly entries$: Observable<readonly UsageEntry[]>;
  note(job: Job, usage: Usage, bookId: string | undefined): void;
  /** What was spent in the month of this moment. */
  spentInMonth(now: number): number;
  /** Resolves when what was noted is stored, as far as it can be. */
  settled(): Promise<void>;
  close(): void;
}

const PREFIX = 'usage/';

export function monthOf(time: number): string {
  const date = new Date(time);
  return `${date.getFullYear()}-${String(date.getMonth() + 1).padStart(2, '0')}`;
}

const idOf = ({ month, jobId, model }: Pick<UsageEntry, 'month' | 'jobId' | 'model'>): string => `${PREFIX}${month}/${jobId.slice(0, 32)}/${model.slice(0, 40)}`;

/** @throws RectoError storage_failed */
export async function openUsageLedger(collection: RxCollection<StateRow>, now: () => number): Promise<UsageLedger> {
  const entries = new Map<string, UsageEntry>();
  for (const row of await readRowsOf(collection, PREFIX)) entries.set(row.id, row.value as UsageEntry);
  const list = (): UsageEntry[] => [...entries.values()].toSorted((a, b) => b.at - a.at);
  const entries$ = new BehaviorSubject<readonly UsageEntry[]>(list());
  const unsaved = new Set<string>();
  // Of the window that runs the jobs, in the others.
  const changes = collection.eventBulks$.subscribe((bulk) => {
    const news = bulk.events.filter(({ documentId }) => documentId.startsWith(PREFIX));
    for (const { documentId, documentData } of news) {
      const entry = documentData.value as UsageEntry;
      if ((entries.get(documentId)?.at ?? 0) <= entry.at && !unsaved.has(documentId)) entries.set(documentId, entry);
    }
    if (news.length > 0) entries$.next(list());
  });
  let saving: Promise<void> = Promise.resolve();

  /** What can't be stored now is stored with what is noted next. */
  const save = async (): Promise<void> => {
    for (const id of unsaved) {
      unsaved.delete(id);
      try {
        await putRow(collection, id, entries.get(id));
      } catch {
        unsaved.add(id);
        return;
      }
    }
  };

  return {
    entries$: entries$.asObservable(),
    note(job, { provider, model, input_tokens, output_tokens, cost }, bookId) {
      const at = now();
      const month = monthOf(at);
      const id = idOf({ month, jobId: job.id, model });
      const before = entries.get(id);
      const known = before?.cost ?? null;
      entries.set(id, {
        jobId: job.id, processorId: job.processor_id, month, provider, model, at,
        ...(bookId !== undefined && { bookId }),
        inputTokens: (before?.inputTokens ?? 0) + input_tokens,
        outputTokens: (before?.outputTokens ?? 0) + output_tokens,
        cost: cost === null ? known : (known ?? 0) + cost,
      });
      unsaved.add(id);
      entries$.next(list());
      saving = saving.then(save);
    },
    spentInMonth(at) {
      const month = monthOf(at);
      return [...entries.values()].reduce((sum, entry) => sum + (entry.month === month ? (entry.cost ?? 0) : 0), 0);
    },
    settled: () => saving,
    close() {
      changes.unsubscribe();
      entries$.complete();
    },
  };
}
