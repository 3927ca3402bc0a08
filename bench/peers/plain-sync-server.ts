/**
 * The peer of the sync benchmark, a process of its own: node:http and better-sqlite3, nothing else. It takes and gives
 * the same JSON as the Recto server's push and pull and stores it as durably, without accounts, checks or history.
 * Prints its address.
 */
import { createServer, type IncomingMessage, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import SqliteFile from 'better-sqlite3';

const sqlite = new SqliteFile(process.argv[2] ?? ':memory:');
sqlite.pragma('journal_mode = WAL');
sqlite.pragma('synchronous = FULL');
sqlite.exec('CREATE TABLE blobs (id TEXT PRIMARY KEY, seq INTEGER NOT NULL UNIQUE, doc TEXT NOT NULL) STRICT');
const put = sqlite.prepare('INSERT INTO blobs (id, seq, doc) VALUES (?, ?, ?) ON CONFLICT (id) DO UPDATE SET seq = excluded.seq, doc = excluded.doc');
const after = sqlite.prepare<[number, number], { seq: number; doc: string }>('SELECT seq, doc FROM blobs WHERE seq > ? ORDER BY seq LIMIT ?');
let seq = 0;

interface Row {
  new_document_state: { id: string };
}

const store = sqlite.transaction((rows: Row[]) =>
  rows.map(({ new_document_state: blob }) => {
    seq += 1;
    put.run(blob.id, seq, JSON.stringify(blob));
    return { id: blob.id, status: 'stored' };
  }),
);

async function readBody(request: IncomingMessage): Promise<string> {
  const chunks: Buffer[] = [];
  for await (const chunk of request) chunks.push(chunk as Buffer);
  return Buffer.concat(chunks).toString();
}

function answer(response: ServerResponse, text: string): void {
  response.writeHead(200, { 'content-type': 'application/json', 'content-length': Buffer.byteLength(text) }).end(text);
}

const server = createServer((request, response) => {
  void (async () => {
    if (request.method === 'POST') return answer(response, JSON.stringify({ results: store(JSON.parse(await readBody(request)) as Row[]) }));
    const { searchParams } = new URL(request.url ?? '/', 'http://localhost');
    const rows = after.all(Number(searchParams.get('seq') ?? 0), Number(searchParams.get('limit') ?? 1000));
    answer(response, `{"documents":[${rows.map((row) => row.doc).join(',')}],"checkpoint":${JSON.stringify({ epoch: 'plain', seq: rows.at(-1)?.seq ?? 0 })}}`);
  })();
});
server.listen(0, '127.0.0.1', () => console.log(`http://127.0.0.1:${(server.address() as AddressInfo).port}`));
