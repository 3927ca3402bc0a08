/**
 * One draft that is being written. Saves 300 ms after a pause and 2 s at the latest, one save at a time. What another
 * window or device wrote meanwhile is merged with the text in the editor, three-way; its own saves never come back to
 * the editor as changes (Zettlr/Zettlr#4706).
 */
import { Observable, Subject } from 'rxjs';
import { mergeProse } from '../domain/merge-prose.ts';
import type { Clock } from '../ports.ts';
import type { DraftSession, SaveStatus } from '../recto-app.ts';
import { toStorageError } from './storage-error.ts';

/** Where the text of one draft is kept. */
export interface DraftSource {
  /** Null: it is not there any more. */
  read(): Promise<string | null>;
  /**
   * Stores what `merge` makes of the stored text, in one step with reading it.
   * @param base the stored text that is expected: another is someone else's, and is merged
   * @returns what is stored now
   */
  write(merge: (stored: string) => string, base: string): Promise<string>;
  /** Someone has written it, perhaps the session itself. */
  changes$: Observable<unknown>;
}

/** Keeps unsaved text at once, until it is saved. */
export interface UnsavedText {
  keep(base: string, text: string): void;
  forget(): void;
}

export interface DraftSessionOptions {
  source: DraftSource;
  initialText: string;
  clock: Clock;
  unsaved?: UnsavedText;
  /** Keeps a text that was replaced all over. */
  keepReplaced(before: string): Promise<void>;
  onStatus(status: SaveStatus): void;
  onClosed(): void;
}

const PAUSE_MS = 300;
const LATEST_MS = 2_000;
const FIRST_RETRY_MS = 1_000;
const LAST_RETRY_MS = 30_000;

export function createDraftSession({ source, initialText, clock, unsaved, keepReplaced, onStatus, onClosed }: DraftSessionOptions): DraftSession {
  const external = new Subject<string>();
  /** A text of the library from which the editor's descends; while nothing is unsaved, the editor's text itself. */
  let base = initialText;
  /** What the library holds, as far as is known here. */
  let stored = initialText;
  let readText: (() => string) | null = null;
  let unsavedSince: number | null = null;
  let lastChange = 0;
  let timer: ReturnType<typeof setTimeout> | undefined;
  let failures = 0;
  let closed = false;
  let kept = false;
  let queue: Promise<unknown> = Promise.resolve();

  /** One after the other: a save that overtakes another would store an older text over a newer one. */
  const enqueue = <T>(task: () => Promise<T>): Promise<T> => {
    const run = queue.then(task);
    queue = run.catch(() => undefined);
    return run;
  };

  const arm = (ms: number): void => {
    timer = setTimeout(() => {
      timer = undefined;
      const wait = unsavedSince === null ? 0 : Math.min(lastChange + PAUSE_MS, unsavedSince + LATEST_MS) - clock.now();
      if (wait > 0) arm(wait);
      // Its failure is shown as the status, and it is tried again.
      else void enqueue(save).catch(() => undefined);
    }, ms);
  };

  const currentText = (): string => (unsavedSince !== null && readText ? readText() : base);

  /** Brings what the library holds to the editor, if it is news there. `base` is what the editor's text descends from. */
  const deliver = (): void => {
    const current = currentText();
    const merged = mergeProse(base, current, stored).text;
    if (merged !== current) {
      if (!external.observed) return;
      external.next(merged);
      // An editor that has not taken it yet still stands on the old base; the next save merges for it.
      if (unsavedSince !== null && readText && readText() !== merged) return;
    }
    base = stored;
  };

  const save = async (): Promise<void> => {
    if (unsavedSince === null || !readText) return;
    const since = unsavedSince;
    unsavedSince = null;
    try {
      const text = readText();
      const from = base;
      stored = await source.write((now) => mergeProse(from, text, now).text, from);
      base = text;
      failures = 0;
      if (kept) unsaved?.forget();
      kept = false;
      if (stored !== text) deliver();
      if (unsavedSince === null) onStatus({ state: 'saved' });
    } catch (thrown) {
      unsavedSince = since;
      const error = toStorageError(thrown);
      onStatus({ state: 'not-saved', message: error.message });
      clearTimeout(timer);
      arm(Math.min(LAST_RETRY_MS, FIRST_RETRY_MS * 2 ** failures));
      failures += 1;
      throw error;
    }
  };

  const takeIn = async (): Promise<void> => {
    const now = await source.read();
    if (now === null || now === stored) return;
    stored = now;
    deliver();
  };

  const subscription = source.changes$.subscribe(() => {
    // A read that fails is made up for by the next save, which merges with what is stored.
    void enqueue(takeIn).catch(() => undefined);
  });

  const flush = async (): Promise<void> => {
    clearTimeout(timer);
    timer = undefined;
    // Before anything is waited for: the window may be about to go, and the library takes its time.
    if (unsaved && unsavedSince !== null && readText) {
      unsaved.keep(base, readText());
      kept = true;
    }
    await enqueue(save);
  };

  return {
    initialText,
    external$: new Observable<string>((subscriber) => {
      const inner = external.subscribe(subscriber);
      // What came between opening and subscribing.
      if (stored !== base) deliver();
      return inner;
    }),
    changed(read) {
      // Its library may be closed by now: whoever still shows the text has been told, since external$ is complete.
      if (closed) return;
      readText = read;
      lastChange = clock.now();
      if (unsavedSince === null) {
        unsavedSince = lastChange;
        onStatus({ state: 'saving' });
      }
      if (timer === undefined) arm(PAUSE_MS);
    },
    keepBefore: (before) => void keepReplaced(before),
    flush,
    async close() {
      await flush();
      closed = true;
      subscription.unsubscribe();
      clearTimeout(timer);
      external.complete();
      onClosed();
    },
  };
}
