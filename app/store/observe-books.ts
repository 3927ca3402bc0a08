/** The library and the book as they are shown: from book blobs, stats and jobs, without a chapter's text. */
import { asyncScheduler, combineLatest, concatMap, defer, distinctUntilChanged, filter, map, merge, scan, startWith, throttleTime, type Observable } from 'rxjs';
import { isBlobOf, type Blob } from '#schemas/blob.ts';
import type { BookV1, Chapter } from '#schemas/generated/types.ts';
import type { BookSummary, BookView, ChapterView, JobView } from '../recto-app.ts';
import type { BookTotal } from './book-totals.ts';
import type { Library } from './library.ts';
import { observeBlob } from './observe-blob.ts';

type BookBlob = Blob & Blob<'book-v1'>;

/** While a book is imported or synced, its stats change many times a second. */
const SHOW_EVERY_MS = 80;
const show = { leading: true, trailing: true };

/** The newest first. */
export function observeBooks(library: Library): Observable<BookSummary[]> {
  return combineLatest([observeBookBlobs(library), library.stats.changed$.pipe(startWith(null))]).pipe(
    throttleTime(SHOW_EVERY_MS, asyncScheduler, show),
    map(([books]) => books.map((book) => summarize(library, book)).toSorted((a, b) => (a.updatedAt < b.updatedAt ? 1 : -1))),
    distinctUntilChanged(isSameJson),
  );
}

interface KnownBooks {
  /** False: only what was written meanwhile is known. */
  loaded: boolean;
  books: ReadonlyMap<string, BookBlob>;
}

function observeBookBlobs(library: Library): Observable<BookBlob[]> {
  const changed = library.blobs.changes$.pipe(map(({ blobs }) => ({ loaded: false, blobs })));
  const stored = defer(() => library.blobs.find('schema_id', 'book-v1')).pipe(map((blobs) => ({ loaded: true, blobs })));
  return merge(changed, stored).pipe(
    scan((known: KnownBooks, news): KnownBooks => {
      const newer = news.blobs.filter((blob): blob is BookBlob => isBlobOf(blob, 'book-v1') && blob.version >= (known.books.get(blob.id)?.version ?? 0));
      if (newer.length === 0 && !news.loaded) return known;
      return { loaded: known.loaded || news.loaded, books: new Map([...known.books, ...newer.map((book) => [book.id, book] as const)]) };
    }, { loaded: false, books: new Map() }),
    filter(({ loaded }) => loaded),
    distinctUntilChanged(),
    map(({ books }) => [...books.values()].filter((book) => !book.deleted)),
  );
}

function summarize(library: Library, book: BookBlob): BookSummary {
  const { words, updatedAt } = totalOf(library, book);
  return {
    id: book.id,
    title: book.data.title,
    author: book.data.author,
    words,
    chapterCount: book.data.chapters.length,
    updatedAt: updatedAt > book.updated_at ? updatedAt : book.updated_at,
    coverImage: book.data.cover_image ?? '',
  };
}

/** While the stats are still on their way: as it was when they were all here last. */
function totalOf({ stats }: Library, book: BookBlob): BookTotal {
  const known = stats.isWhole ? undefined : stats.totalOf(book.id);
  if (known) return known;
  const draftIds = book.data.chapters.map((chapter) => chapter.draft_blob_id);
  stats.fillIn(draftIds);
  const rows = draftIds.flatMap((id) => stats.get(id) ?? []);
  const total = {
    words: rows.reduce((sum, row) => sum + row.words, 0),
    updatedAt: rows.reduce((latest, row) => (row.updated_at > latest ? row.updated_at : latest), ''),
  };
  if (stats.isWhole) stats.keepTotal(book.id, total);
  return total;
}

export function observeBook(library: Library, bookId: string): Observable<BookView | null> {
  const news = combineLatest([library.stats.changed$.pipe(startWith(null)), library.jobs.jobs$.pipe(distinctUntilChanged(isSameWork))]);
  const loaded$ = observeBlob(library.blobs, bookId).pipe(concatMap((book) => loadWords(library, book)));
  return combineLatest([loaded$, news]).pipe(
    throttleTime(SHOW_EVERY_MS, asyncScheduler, show),
    map(([book, [, jobs]]) => (book && isBlobOf(book, 'book-v1') ? viewBook(library, book, jobs) : null)),
    distinctUntilChanged(isSameJson),
  );
}

/** So that its chapters' words are known when it is first shown. */
async function loadWords({ stats }: Library, book: Blob | null): Promise<Blob | null> {
  // What can't be read now comes with the rest of the stats.
  if (!stats.isWhole && book && isBlobOf(book, 'book-v1')) await stats.load(book.data.chapters.map((chapter) => chapter.draft_blob_id)).catch(() => undefined);
  return book;
}

function viewBook(library: Library, book: BookBlob, jobs: readonly JobView[]): BookView {
  const { title, subtitle, author, contact, language, style_notes, cover_image, chapters, matter, presets }: BookV1 = book.data;
  library.stats.fillIn(chapters.map((chapter) => chapter.draft_blob_id));
  const latestJobs = new Map(jobs.filter((job) => job.state !== 'cancelled').map((job) => [job.chapterId, job]));
  const views = chapters.map((chapter) => viewChapter(library, chapter, latestJobs.get(chapter.id)));
  return {
    id: book.id,
    title,
    author,
    language: language ?? '',
    styleNotes: style_notes ?? '',
    subtitle: subtitle ?? '',
    contact: contact ?? '',
    coverImage: cover_image ?? '',
    words: views.reduce((sum, chapter) => sum + chapter.words, 0),
    chapters: views,
    matter: matter ?? [],
    presets: presets ?? [],
  };
}

function viewChapter(library: Library, chapter: Chapter, job: JobView | undefined): ChapterView {
  return {
    id: chapter.id,
    title: chapter.title,
    draftId: chapter.draft_blob_id,
    edition: chapter.edition,
    words: library.stats.get(chapter.draft_blob_id)?.words ?? 0,
    mark: markOf(library, chapter, job),
    part: chapter.part ?? null,
    isNumbered: chapter.numbered !== false,
    isIncluded: chapter.included !== false,
  };
}

/** One mark: what runs or went wrong goes before what stands. */
function markOf(library: Library, chapter: Chapter, job: JobView | undefined): ChapterView['mark'] {
  if (job?.state === 'queued' || job?.state === 'running') return 'working';
  if (library.chapters.hasConflict(chapter.id)) return 'conflict';
  if (job?.state === 'failed') return 'failed';
  return library.chapters.freshness(chapter.id, chapter.draft_blob_id);
}

/** Progress is no news to a tree. */
function isSameWork(a: readonly JobView[], b: readonly JobView[]): boolean {
  return a.length === b.length && a.every((job, index) => job.id === b[index]?.id && job.state === b[index].state);
}

function isSameJson<T>(a: T, b: T): boolean {
  return JSON.stringify(a) === JSON.stringify(b);
}
