import type { Notice } from '#schemas/ipc.ts';

/** What the program did by itself and its author should know. Nothing is lost while there is no page to say it. */
export interface Notices {
  add(notice: Notice): void;
  /** What waits, for a page that starts; from then on each goes to it at once, until `hold`. */
  take(): Notice[];
  /** The page is gone: what comes now waits for the next. */
  hold(): void;
}

/** @param send tells the page that is there */
export function createNotices(send: (notice: Notice) => void): Notices {
  let waiting: Notice[] | null = [];
  return {
    add(notice) {
      if (waiting) waiting.push(notice);
      else send(notice);
    },
    take() {
      const taken = waiting ?? [];
      waiting = null;
      return taken;
    },
    hold() {
      waiting ??= [];
    },
  };
}
