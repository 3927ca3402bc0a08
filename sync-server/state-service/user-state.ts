import type { Database } from '../db/database.ts';
import type { BookIndex, BookV1, ConversationIndex, UserState } from '#schemas/generated/types.ts';

/** The seed's UserState: counts, sizes (of stored JSON, and of the files that go with it), conversations and books, the newest first. */
export async function readUserState(database: Database, userId: string): Promise<UserState> {
  const { query } = database;
  const live = query.selectFrom('blobs').where('user_id', '=', userId).where('deleted', '=', 0);
  const totals = await live
    .select(({ fn }) => [fn.countAll<number>().as('count'), fn.sum<number | null>('size').as('size'), fn.max<string | null>('updated_at').as('updated_at')])
    .executeTakeFirstOrThrow();
  const files = await query.selectFrom('attachments').select(({ fn }) => fn.sum<number | null>('size').as('size')).where('user_id', '=', userId).executeTakeFirstOrThrow();
  const bookRows = await live.select(['id', 'updated_at', 'doc']).where('schema_id', '=', 'book-v1').orderBy('updated_at', 'desc').execute();
  const books = bookRows.map((row) => ({ id: row.id, updated_at: row.updated_at, data: (JSON.parse(row.doc) as { data: BookV1 }).data }));
  const user = await query.selectFrom('users').select('created_at').where('id', '=', userId).executeTakeFirst();
  return {
    user_id: userId,
    blob_count: totals.count,
    total_size_bytes: (totals.size ?? 0) + (files.size ?? 0),
    conversations: await readConversations(database, userId, titlesOf(books.map((book) => book.data))),
    books: books.map(toBookIndex),
    updated_at: totals.updated_at ?? user?.created_at ?? new Date(0).toISOString(),
  };
}

function toBookIndex(book: { id: string; updated_at: string; data: BookV1 }): BookIndex {
  const { title, author, chapters } = book.data;
  return { id: book.id, title, author, chapter_count: chapters.length, updated_at: book.updated_at };
}

/** A chapter's id is its conversation's. */
function titlesOf(books: readonly BookV1[]): Map<string, string> {
  return new Map(books.flatMap((book) => book.chapters.map((chapter) => [chapter.id, chapter.title] as const)));
}

async function readConversations(database: Database, userId: string, titles: ReadonlyMap<string, string>): Promise<ConversationIndex[]> {
  const rows = await database.query
    .selectFrom('blobs')
    // SQLite takes a bare column of a group with max() from the row that holds the maximum.
    .select(({ fn }) => [
      'conversation_id', 'id as last_blob_id', fn.max<number>('seq').as('last_seq'), fn.countAll<number>().as('blob_count'), 'updated_at',
    ])
    .where('user_id', '=', userId)
    .where('deleted', '=', 0)
    .where('conversation_id', 'is not', null)
    .groupBy('conversation_id')
    .orderBy('last_seq', 'desc')
    .execute();
  return rows.map((row) => ({
    id: row.conversation_id ?? '',
    title: titles.get(row.conversation_id ?? '') ?? '',
    last_blob_id: row.last_blob_id,
    blob_count: row.blob_count,
    updated_at: row.updated_at,
  }));
}
