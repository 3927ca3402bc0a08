/** An account of many blobs: one small book to open, and books with chapters, their versions and expansions around it. */
import { v7 as newId } from 'uuid';
import { PROTOCOL_HEADER, PROTOCOL_VERSION } from '../schemas/version.ts';
import type { Blob } from '../schemas/blob.ts';
import type { Chapter } from '../schemas/generated/types.ts';

export interface LargeAccount {
  email: string;
  password: string;
  /** Where the small book's first chapter is written. */
  place: string;
}

const CHAPTERS = { opened: 12, other: 50 };
/** Of a chapter of the other books: a draft, an expansion, and what history keeps. */
const VERSIONS = 8;
const TEXT_LENGTH = 600;
const PUSH_BATCH = 1000;

type NewBlob = Omit<Blob, 'user_id'>;

/** @param count of all blobs, at least a hundred */
export async function makeLargeAccount(server: string, count: number, prose: string): Promise<LargeAccount> {
  const person = { email: `author-of-${count}@example.org`, password: 'correct horse battery' };
  const session = (await send(server, '/api/v1/auth/register', person)) as { access_token: string; user_id: string };
  const opened = makeBook('The open book', CHAPTERS.opened, 0, prose);
  const blobs = [...opened];
  for (let number = 1; blobs.length < count; number++) blobs.push(...makeBook(`Another book, ${number}`, CHAPTERS.other, VERSIONS, prose));
  for (let at = 0; at < count; at += PUSH_BATCH) {
    const rows = blobs.slice(at, Math.min(at + PUSH_BATCH, count)).map((blob) => ({ assumed_master_state: null, new_document_state: { ...blob, user_id: session.user_id } }));
    const { results } = (await send(server, '/api/v1/sync/blobs/push', rows, session.access_token)) as { results: { status: string; error?: unknown }[] };
    const refused = results.find(({ status }) => status !== 'stored');
    if (refused) throw new Error(`The server refused a blob: ${JSON.stringify(refused)}`);
  }
  const [book, draft] = opened;
  return { ...person, place: `#/book/${book!.id}/${draft!.conversation_id}/write` };
}

async function send(server: string, path: string, body: unknown, token?: string): Promise<unknown> {
  const headers = { 'content-type': 'application/json', [PROTOCOL_HEADER]: String(PROTOCOL_VERSION), ...(token !== undefined && { authorization: `Bearer ${token}` }) };
  const response = await fetch(`${server}${path}`, { method: 'POST', headers, body: JSON.stringify(body) });
  if (!response.ok) throw new Error(`${path}: ${response.status} ${await response.text()}`);
  return response.json();
}

/** The book first, then its chapters' blobs. */
function makeBook(title: string, chapterCount: number, versions: number, prose: string): NewBlob[] {
  const bookId = newId();
  const chapters: Chapter[] = Array.from({ length: chapterCount }, (_chapter, i) => ({ id: newId(), title: `Chapter ${i + 1}`, draft_blob_id: newId(), edition: 'draft' }));
  const book = makeBlob({ id: bookId, schema_id: 'book-v1', data: { title, author: 'A. Writer', chapters } });
  return [book, ...chapters.flatMap((chapter, i) => makeChapter(bookId, chapter, versions, cut(prose, i)))];
}

function makeChapter(bookId: string, chapter: Chapter, versions: number, text: string): NewBlob[] {
  const of = { conversation_id: chapter.id };
  const content = { content: text, metadata: { book_id: bookId } };
  const draft = makeBlob({ ...of, id: chapter.draft_blob_id, schema_id: 'text-input-v2', data: content });
  if (versions === 0) return [draft];
  const parent = { ...of, parent_id: draft.id };
  const expansion = makeBlob({ ...parent, schema_id: 'expanded-text-v1', data: { original: text, expanded: `${text} ${text}`, expansion_ratio: 2 } });
  const kept = Array.from({ length: versions }, (_version, i) =>
    makeBlob({ ...parent, schema_id: 'snapshot-v1', data: { of_schema_id: 'text-input-v2', of_version: 1, reason: 'named', name: `Version ${i}`, content } }),
  );
  return [draft, expansion, ...kept];
}

function makeBlob(fields: Pick<NewBlob, 'schema_id' | 'data'> & Partial<NewBlob>): NewBlob {
  const time = new Date().toISOString();
  return Object.assign({ id: newId(), processor_id: 'user-input', tags: [], version: 1, created_at: time, updated_at: time, deleted: false }, fields);
}

function cut(prose: string, place: number): string {
  const start = (place * 97) % Math.max(1, prose.length - TEXT_LENGTH);
  return prose.slice(start, start + TEXT_LENGTH).trim();
}
