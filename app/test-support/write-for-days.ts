/** An author who writes every day, by a clock that is wound: with the real app, its history and its tidying. */
import { coreOf } from '../app-core.ts';
import { createApp } from '../create-app.ts';
import type { RectoApp } from '../recto-app.ts';
import type { Library } from '../store/library.ts';
import { tidyLibrary } from '../store/tidy-library.ts';
import { importManuscript } from '../use-cases/import-manuscript.ts';
import { createRandom, type Random } from './random.ts';
import { createTestPlatform, readerOf } from './test-platform.ts';

export interface WritingOptions {
  chapters: readonly string[];
  days: number;
  seed: number;
  onDay?(day: number): void;
}

export interface Written {
  app: RectoApp;
  library: Library;
  /** Everything that any chapter said when it was saved. */
  said: ReadonlySet<string>;
}

const MINUTE = 60_000;
const HOUR = 60 * MINUTE;
const DAY = 24 * HOUR;
/** Two hours a day, in two sessions; about 1,000 new words, and as many that go. */
const SESSIONS_AT = [8 * HOUR, 20 * HOUR];
const SAVES_A_SESSION = 12;
const WORDS_A_SAVE = 45;
const CHANGES_A_SAVE = 6;

/** The caller closes the app. */
export async function writeForDays({ chapters, days, seed, onDay }: WritingOptions): Promise<Written> {
  const start = Date.UTC(2030, 0, 1);
  const random = createRandom(seed);
  let now = start;
  const manuscript = { title: 'A book', author: 'A', language: 'en', chapters: chapters.map((content, index) => ({ title: `${index + 1}`, content })), warnings: [] };
  const app = await createApp(createTestPlatform({ clock: { now: () => now }, readManuscript: readerOf(manuscript), deviceName: 'lamp' }));
  const library = await coreOf(app).library();
  const { bookId } = await importManuscript(app, { kind: 'folder', name: 'A book', files: [] }, { signal: new AbortController().signal, onProgress: () => undefined });
  const book = await library.blobs.get(bookId);
  const draftIds = (book!.data['chapters'] as { draft_blob_id: string }[]).map((chapter) => chapter.draft_blob_id);
  const vocabulary = chapters.join(' ').split(/\s+/);
  const said = new Set(chapters);
  let at = 0;
  for (let day = 0; day < days; day++) {
    for (const hour of SESSIONS_AT) {
      now = start + day * DAY + hour;
      // An author stays with a chapter for some sessions, then goes on or back to another.
      if (random.chance(0.5)) at = random.chance(0.7) ? (at + 1) % draftIds.length : random.below(draftIds.length);
      await writeSession(draftIds[at]!);
    }
    now = start + day * DAY + 23 * HOUR;
    await tidyLibrary({ blobs: library.blobs, state: library.state, clock: { now: () => now }, readDevice: library.history.readDevice });
    onDay?.(day);
  }
  return { app, library, said };

  async function writeSession(draftId: string): Promise<void> {
    const session = await app.openDraft(draftId);
    let text = session.initialText;
    for (let save = 0; save < SAVES_A_SESSION; save++) {
      now += 5 * MINUTE;
      text = rewrite(text, vocabulary, random);
      said.add(text);
      session.changed(() => text);
      await session.flush();
    }
    await session.close();
  }
}

/** New words in one place, as many away in another, and single words changed all over. */
function rewrite(text: string, vocabulary: readonly string[], random: Random): string {
  const words = text.split(/(?<=\s)/);
  const pick = (count: number): string[] => Array.from({ length: count }, () => `${vocabulary[random.below(vocabulary.length)]!} `);
  words.splice(random.below(words.length + 1), 0, ...pick(WORDS_A_SAVE));
  words.splice(random.below(words.length), WORDS_A_SAVE);
  for (let change = 0; change < CHANGES_A_SAVE; change++) words.splice(random.below(words.length), 1, ...pick(1));
  return words.join('');
}
