import { budgetExceeded } from './spend.ts';
import type { AiSettings, AnswerStore, RunOptions, RunRequest } from '../contract/runner.ts';

type Remembering = RunOptions & { answers: AnswerStore };

/** Runs of one user at the same time spend from one budget: each was told what was left when it began. */
export interface SharedBudget {
  /** The options of a run that is about to begin with these settings. */
  join(request: RunRequest, settings: AiSettings, options: Remembering): Remembering;
}

/**
 * A run checks its own spending before each question (spend.ts); here it is stopped for what the others have spent since it began. A
 * question is asked where nothing is kept of its answer, so that is where it is looked at: together they exceed the budget by one question
 * each at most.
 */
export function createSharedBudget(): SharedBudget {
  /** Since the host began, by user. */
  const spent = new Map<string, number>();
  return {
    join({ blob: { user_id } }, { budget }, options) {
      if (budget === undefined) return options;
      const before = spent.get(user_id) ?? 0;
      const { answers, onUsage } = options;
      return {
        ...options,
        onUsage(usage) {
          spent.set(user_id, (spent.get(user_id) ?? 0) + (usage.cost ?? 0));
          onUsage?.(usage);
        },
        answers: {
          async get(key) {
            const known = await answers.get(key);
            if (!known && (spent.get(user_id) ?? 0) - before >= budget) throw budgetExceeded();
            return known;
          },
          set: (key, answer) => answers.set(key, answer),
        },
      };
    },
  };
}
