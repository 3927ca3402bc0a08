/** Devices that write without a pause, and send again what they got no answer to, as apps do. */
import { setTimeout as sleep } from 'node:timers/promises';
import { isDeepStrictEqual } from 'node:util';
import type { Blob } from '#schemas/blob.ts';
import { ROUTES } from '#schemas/http.ts';
import type { SyncPushVerdict } from '#schemas/generated/types.ts';
import type { Random } from '../random.ts';
import type { Answer, KilledServer } from './killed-server.ts';

export interface Writer {
  readonly userId: string;
  /** Ids of this writer's alone: what the server said that it has stored. */
  readonly acknowledged: ReadonlyMap<string, Blob>;
  /** What is on its way: stored already, or not. */
  readonly pending: ReadonlyMap<string, Blob>;
  /** Words that the server took into the text that all writers of the user share. */
  readonly words: readonly string[];
  /** Writes until it is told to stop, and ends with nothing pending. @throws Error when the server answers what it must not */
  write(isOver: () => boolean): Promise<void>;
}

export interface WriterOptions {
  server: KilledServer;
  random: Random;
  name: string;
  userId: string;
  token: string;
  /** The server expands and compiles. */
  processes: boolean;
}

const SHARED_ID = 'shared';
const ADJECTIVES = ['pale', 'salt', 'slow', 'northern', 'unlit', 'creaking'];

/** @returns the writers of one user: two that push, one that uses the routes of blobs, two that add words to a shared text, and where the server compiles, one that has a book compiled. */
export function createWriters(options: WriterOptions): Writer[] {
  return [
    ...['a', 'b'].map((name) => createWriter({ ...options, name: `${options.name}${name}` }, pushRows)),
    createWriter({ ...options, name: `${options.name}c` }, editByRoutes),
    ...['d', 'e'].map((name) => createWriter({ ...options, name: `${options.name}${name}` }, addWord)),
    ...(options.processes ? [createWriter({ ...options, name: `${options.name}f` }, compileBook)] : []),
  ];
}

interface WriterState extends WriterOptions {
  acknowledged: Map<string, Blob>;
  pending: Map<string, Blob>;
  words: string[];
  made: number;
  isOver(): boolean;
}

function createWriter(options: WriterOptions, step: (state: WriterState) => Promise<void>): Writer {
  const state: WriterState = { ...options, acknowledged: new Map(), pending: new Map(), words: [], made: 0, isOver: () => false };
  return {
    userId: options.userId,
    acknowledged: state.acknowledged,
    pending: state.pending,
    words: state.words,
    write: async (isOver) => {
      state.isOver = isOver;
      while (!isOver()) await step(state);
    },
  };
}

/** Until there is an answer. `isAgain`: an earlier try may have been taken. */
async function insist({ server, token }: WriterState, method: string, path: string, body?: unknown): Promise<Answer & { isAgain: boolean }> {
  for (let isAgain = false; ; isAgain = true) {
    const answer = await server.send(method, path, body, token);
    // While it stops it says so.
    if (answer && answer.status !== 503) return { ...answer, isAgain };
    await server.back();
  }
}

function makeText({ random, name, made }: WriterState): string {
  const sentence = `The ${random.pick(ADJECTIVES)} harbour of ${name}-${made} waited. `;
  return sentence.repeat(1 + random.below(random.chance(0.05) ? 200 : 20));
}

function makeBlob(state: WriterState): Blob {
  state.made += 1;
  const at = new Date(1_800_000_000_000 + state.made * 1000).toISOString();
  // What is never edited is expanded by the server, once.
  const schema_id = state.random.chance(0.1) ? 'text-input-v1' : 'text-input-v2';
  return {
    id: `${state.name}-${state.made}`, user_id: 'local', processor_id: 'user-input', schema_id, tags: [],
    version: 1, created_at: at, updated_at: at, deleted: false, data: { content: makeText(state) },
  };
}

function changeBlob(state: WriterState, old: Blob): Blob {
  state.made += 1;
  const deleted = state.random.chance(0.05);
  return { ...old, version: old.version + 1, deleted, data: deleted ? old.data : { content: makeText(state) } };
}

async function pushRows(state: WriterState): Promise<void> {
  const { random, acknowledged, pending } = state;
  const editable = [...acknowledged.values()].filter(({ deleted, schema_id }) => !deleted && schema_id !== 'text-input-v1');
  const rows: { assumed_master_state: Blob | null; new_document_state: Blob }[] = [];
  for (let count = 1 + random.below(30); count > 0; count -= 1) {
    const old = editable.length > 0 && random.chance(0.6) ? editable.splice(random.below(editable.length), 1)[0]! : null;
    rows.push({ assumed_master_state: old, new_document_state: old ? changeBlob(state, old) : makeBlob(state) });
  }
  for (const { new_document_state: next } of rows) pending.set(next.id, next);
  const { status, body } = await insist(state, 'POST', ROUTES.push.path, rows);
  const verdicts = (body['results'] ?? []) as SyncPushVerdict[];
  const wrong = rows.find((row, index) => verdicts[index]?.status !== 'stored' || verdicts[index].id !== row.new_document_state.id);
  if (status !== 200 || wrong) throw new Error(`A push of rows that are nobody else’s was answered with ${status} ${JSON.stringify(verdicts).slice(0, 2000)}; wrong: ${JSON.stringify(wrong)?.slice(0, 500)}`);
  for (const { new_document_state: next } of rows) acknowledged.set(next.id, next);
  pending.clear();
}

async function editByRoutes(state: WriterState): Promise<void> {
  const { random, acknowledged, pending } = state;
  const live = [...acknowledged.values()].filter(({ deleted }) => !deleted);
  const old = live.length > 0 && random.chance(0.7) ? random.pick(live) : null;
  const next = old ? changeBlob(state, old) : { ...makeBlob(state), schema_id: 'text-input-v2' };
  pending.set(next.id, next);
  const path = ROUTES.readBlob.path.replace(':id', next.id);
  const { status, body, isAgain } = await (old === null
    ? insist(state, 'POST', ROUTES.createBlob.path, { id: next.id, processor_id: next.processor_id, schema_id: next.schema_id, data: next.data })
    : next.deleted
      ? insist(state, 'DELETE', `${path}?version=${old.version}`)
      : insist(state, 'PUT', path, { version: old.version, data: next.data }));
  // What was lost was the answer alone: the second try finds its own work.
  const isDone = status < 300 || (isAgain && (old === null ? status === 409 : next.deleted ? status === 404 : status === 409 && body['version'] === next.version));
  if (!isDone) throw new Error(`${next.id}, version ${next.version}, was answered with ${status} ${JSON.stringify(body)}`);
  acknowledged.set(next.id, next);
  pending.clear();
}

/** Two of these and another user's never agree on who is first: what the server says is the text is what the word goes into. */
async function addWord(state: WriterState): Promise<void> {
  state.made += 1;
  const word = `${state.name}${state.made}`;
  for (let master: Blob | null = null; ; ) {
    const next: Blob = master ? { ...master, version: master.version + 1, data: { content: `${String(master.data['content'])} ${word}` } } : { ...makeBlob(state), id: SHARED_ID, schema_id: 'text-input-v2', data: { content: word } };
    const { body } = await insist(state, 'POST', ROUTES.push.path, [{ assumed_master_state: master, new_document_state: next }]);
    const [verdict] = (body['results'] ?? []) as SyncPushVerdict[];
    if (verdict?.status === 'rejected' || !verdict) throw new Error(`A word was answered with ${JSON.stringify(body)}`);
    if (verdict.status === 'conflict') master = verdict.master as Blob;
    // After a lost reply the word may be in the text that came back.
    if (verdict.status === 'stored' || String(master?.data['content']).split(' ').includes(word)) break;
  }
  state.words.push(word);
}

/** A book is changed and compiled, over and over: each file must be whole whenever a blob names it. */
async function compileBook(state: WriterState): Promise<void> {
  const { acknowledged, pending, name } = state;
  state.made += 1;
  const old = acknowledged.get(name) ?? null;
  const draft = acknowledged.get(`${name}-draft`) ?? { ...makeBlob(state), id: `${name}-draft`, schema_id: 'text-input-v2' };
  const data = { title: `Part ${state.made}`, author: name, chapters: [{ id: 'c', title: 'One', draft_blob_id: draft.id, edition: 'draft' }] };
  const next: Blob = { ...draft, id: name, schema_id: 'book-v1', version: (old?.version ?? 0) + 1, data };
  for (const blob of [draft, next]) pending.set(blob.id, blob);
  // The draft again and again: what is stored already is stored.
  const { body } = await insist(state, 'POST', ROUTES.push.path, [{ assumed_master_state: null, new_document_state: draft }, { assumed_master_state: old, new_document_state: next }]);
  const verdicts = (body['results'] ?? []) as SyncPushVerdict[];
  if (verdicts.length !== 2 || verdicts.some(({ status }) => status !== 'stored')) throw new Error(`A book was answered with ${JSON.stringify(body)}`);
  for (const blob of [draft, next]) acknowledged.set(blob.id, blob);
  pending.clear();
  const asked = await insist(state, 'POST', ROUTES.createJob.path, { processor_id: 'book-compiler', blob_id: name, config: { format: 'html' } });
  if (asked.status !== 202) throw new Error(`A compile was answered with ${asked.status} ${JSON.stringify(asked.body)}`);
  const job = ROUTES.readJob.path.replace(':id', String(asked.body['id']));
  // A compile at a time: the queue is not what is tried here.
  for (let read = asked; ['queued', 'running'].includes(String(read.body['state'])) && !state.isOver(); read = await insist(state, 'GET', job)) await sleep(20);
}

/** Whether the server has this of a writer's: the words, and how often they were written. */
export function isAsWritten(stored: Blob, written: Blob): boolean {
  return stored.version === written.version && stored.deleted === written.deleted && isDeepStrictEqual(stored.data, written.data);
}
