import { RectoError } from '#schemas/errors.ts';
import type { Handlers } from './ipc.ts';

/** Long work of this program that the author can stop, by the ids that the window gave it. */
export interface Tasks {
  /** @throws RectoError already_exists, and what `work` throws */
  run<T>(taskId: string, work: (signal: AbortSignal) => Promise<T>): Promise<T>;
  /** Work that has ended, or never began, is left alone. */
  cancel(taskId: string): void;
  /** For when the program ends. */
  cancelAll(): void;
}

export function createTasks(): Tasks {
  const running = new Map<string, AbortController>();
  return {
    async run(taskId, work) {
      if (running.has(taskId)) throw new RectoError('already_exists', 'This is under way already.');
      const controller = new AbortController();
      running.set(taskId, controller);
      try {
        return await work(controller.signal);
      } finally {
        running.delete(taskId);
      }
    },
    cancel: (taskId) => running.get(taskId)?.abort(),
    cancelAll() {
      for (const controller of running.values()) controller.abort();
    },
  };
}

export function createTaskHandlers(tasks: Tasks): Pick<Handlers, 'tasks.cancel'> {
  return {
    async 'tasks.cancel'({ taskId }) {
      tasks.cancel(taskId);
      return null;
    },
  };
}
