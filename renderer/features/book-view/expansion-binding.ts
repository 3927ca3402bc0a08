/**
 * Ties the recto's editor to a chapter's expansion: saves 300 ms after a pause and 2 s at the latest, one save at a
 * time, and weaves in what arrives meanwhile, three-way, so that a passage that was grown never takes back a word the
 * author has typed, nor the other way round.
 */
import type { Subscription, Observable } from 'rxjs';
import { mergeProse } from '#app/domain/merge-prose.ts';
import type { ExpansionView, SaveStatus } from '#app/recto-app.ts';
import { describeError } from '#renderer/shell/describe-error.ts';

export interface ExpansionSource {
  /** As it is stored now, every save before this one included. */
  read(): Promise<ExpansionView | null>;
  /** Stores the author's text; what was stored since `baseText` is merged with it. */
  write(text: string, baseText: string): Promise<void>;
  changes$: Observable<ExpansionView | null>;
}

export interface ExpansionPage {
  readText(): string;
  /** Shows a text, which holds every word of readText(), and the passages it has; null: nothing is grown. */
  show(expansion: ExpansionView | null, text: string): void;
  onStatus(status: SaveStatus): void;
  onError(error: unknown): void;
}

const PAUSE_MS = 300;
const LATEST_MS = 2_000;

export class ExpansionBinding {
  readonly #source: ExpansionSource;
  readonly #page: ExpansionPage;
  readonly #subscription: Subscription;
  /** A stored text from which the page's text descends; null until one has been shown. */
  #base: string | null = null;
  #unsavedSince: number | null = null;
  #timer: ReturnType<typeof setTimeout> | undefined;
  #queue: Promise<unknown> = Promise.resolve();
  #saves = 0;
  #closed = false;

  constructor(source: ExpansionSource, page: ExpansionPage) {
    this.#source = source;
    this.#page = page;
    this.#subscription = source.changes$.subscribe((expansion) => {
      const seenAt = this.#saves;
      // What was read before a save does not hold it: taken as news, it would undo the save on the page.
      void this.#enqueue(async () => this.#take(this.#saves === seenAt ? expansion : await source.read())).catch(page.onError);
    });
  }

  /** The author has changed the text. */
  changed(): void {
    const now = Date.now();
    if (this.#unsavedSince === null) this.#page.onStatus({ state: 'saving' });
    this.#unsavedSince ??= now;
    clearTimeout(this.#timer);
    // A save that fails is shown as the status, and tried again.
    this.#timer = setTimeout(() => void this.flush().catch(() => undefined), Math.max(0, Math.min(PAUSE_MS, this.#unsavedSince + LATEST_MS - now)));
  }

  /** Resolves when what is on the page is stored. */
  async flush(): Promise<void> {
    clearTimeout(this.#timer);
    await this.#enqueue(() => this.#save());
  }

  async close(): Promise<void> {
    this.#closed = true;
    this.#subscription.unsubscribe();
    await this.flush();
  }

  #enqueue<T>(task: () => Promise<T>): Promise<T> {
    const run = this.#queue.then(task);
    this.#queue = run.catch(() => undefined);
    return run;
  }

  async #save(): Promise<void> {
    if (this.#unsavedSince === null || this.#base === null) return;
    const since = this.#unsavedSince;
    const text = this.#page.readText();
    this.#unsavedSince = null;
    try {
      await this.#source.write(text, this.#base);
    } catch (error) {
      this.#unsavedSince = since;
      this.#page.onStatus({ state: 'not-saved', message: describeError(error) });
      clearTimeout(this.#timer);
      if (!this.#closed) this.#timer = setTimeout(() => void this.flush().catch(() => undefined), LATEST_MS);
      throw error;
    }
    this.#base = text;
    this.#saves += 1;
    if (this.#unsavedSince === null) this.#page.onStatus({ state: 'saved' });
  }

  async #take(expansion: ExpansionView | null): Promise<void> {
    if (this.#closed) return;
    if (expansion === null) {
      this.#base = null;
      this.#page.show(null, '');
      return;
    }
    const mine = this.#page.readText();
    const merged = this.#base === null || mine === this.#base ? expansion.text : mergeProse(this.#base, mine, expansion.text).text;
    this.#base = expansion.text;
    this.#page.show(expansion, merged);
    if (merged !== expansion.text && this.#unsavedSince === null) this.changed();
  }
}
