/**
 * A model server on a real port that does what a test tells it: streams, stalls, cuts off, refuses. Each answer of the script serves one
 * request; after the last, and with no script, it expands properly. What it speaks is its protocol's.
 */
import { createServer, type IncomingMessage, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';

export type ScriptedAnswer =
  /** Streams the text in pieces of a few words; `finish` is the protocol's reason for the end, null: the stream ends without one. */
  | { kind: 'stream'; text?: string; finish?: string | null; pauseMs?: number; promptTokens?: number; keepAlive?: number; refusal?: string; reasoning?: string }
  /** Sends the text (or nothing) and then nothing more; the connection stays open. */
  | { kind: 'stall'; text?: string }
  /** Sends the text and resets the connection. */
  | { kind: 'cut'; text?: string }
  | { kind: 'status'; status: number; headers?: Record<string, string>; body?: string }
  /** 200 with a body of any kind. */
  | { kind: 'raw'; contentType: string; body: string };

export interface ScriptedPrompt {
  system: string;
  user: string;
}

export interface ScriptedRequest {
  path: string;
  headers: Record<string, string | string[] | undefined>;
  body: {
    model?: string;
    messages?: { role: string; content: string }[];
    system?: unknown;
    stream?: boolean;
    temperature?: number;
    seed?: number;
    max_tokens?: number;
  };
  /** Resolves when the client has closed the connection. */
  closed: Promise<void>;
}

export interface ScriptedServer {
  /** With /v1. */
  url: string;
  requests: ScriptedRequest[];
  /** Answers for the next requests, in order. */
  script(...answers: ScriptedAnswer[]): void;
  /** What it answers when the script is over. */
  otherwise(answer: ScriptedAnswer): void;
  /**
   * Writes what a streamed answer says where its script gives no text: for prompts that are no passage to expand. Null: it expands as ever.
   */
  writes(write: (prompt: ScriptedPrompt) => string | null): void;
  /** Resolves when that many requests have come. */
  received(count: number): Promise<void>;
  close(): Promise<void>;
}

export interface ScriptedServerOptions {
  port?: number;
  /** False: no page of another origin may read what it answers, as with most providers. */
  cors?: boolean;
  /** Counts the tokens of prompt and answer as OpenAI does, instead of saying 100 and 50. */
  countTokens?: (text: string) => number;
}

/** What a protocol sends of an answer that is streamed. */
export interface StreamWriter {
  /** Before the text: keep-alives are the server's own. */
  begin(scripted: ScriptedAnswer, counted: CountedTokens): string;
  piece(text: string): string;
  /** The end with its reason; absent: it ends without one. */
  end(finish: string | null | undefined, counted: CountedTokens): string;
}

export interface CountedTokens {
  input: number;
  output: number;
}

export interface ModelProtocol {
  readPrompt(body: ScriptedRequest['body']): ScriptedPrompt;
  startStream(body: ScriptedRequest['body']): StreamWriter;
}

export const MODEL = 'scripted-1';

export async function startScriptedModelServer(protocol: ModelProtocol, options: ScriptedServerOptions = {}): Promise<ScriptedServer> {
  const answers: ScriptedAnswer[] = [];
  const requests: ScriptedRequest[] = [];
  let waiting: { count: number; resolve: () => void }[] = [];
  let fallback: ScriptedAnswer = { kind: 'stream' };
  let write: Parameters<ScriptedServer['writes']>[0] = () => null;
  const server = createServer((request, response) => {
    void handle(request, response);
  });
  // A busy test may be silent for longer than Node's 5 s; a connection closed just as it is used again would fail it.
  server.keepAliveTimeout = 120_000;

  async function handle(request: IncomingMessage, response: ServerResponse): Promise<void> {
    if (options.cors !== false) allowEveryOrigin(request, response);
    if (request.method === 'OPTIONS') return void response.writeHead(204).end();
    if (request.method === 'GET') return answerGet(request.url ?? '/', response);
    const chunks: Buffer[] = [];
    for await (const chunk of request) chunks.push(chunk as Buffer);
    const body = JSON.parse(Buffer.concat(chunks).toString('utf8')) as ScriptedRequest['body'];
    const closed = new Promise<void>((resolve) => response.on('close', resolve));
    requests.push({ path: request.url ?? '/', headers: request.headers, body, closed });
    waiting = waiting.filter(({ count, resolve }) => (requests.length < count ? true : void resolve()));
    const prompt = protocol.readPrompt(body);
    const scripted = withText(answers.shift() ?? fallback, prompt, write(prompt));
    await answer(scripted, response, { stream: protocol.startStream(body), counted: countUsage(scripted, prompt, options.countTokens) });
  }

  await new Promise<void>((resolve) => server.listen(options.port ?? 0, '127.0.0.1', resolve));
  return {
    url: `http://127.0.0.1:${(server.address() as AddressInfo).port}/v1`,
    requests,
    script: (...more) => void answers.push(...more),
    otherwise: (answer) => void (fallback = answer),
    writes: (writer) => void (write = writer),
    received: (count) => (requests.length >= count ? Promise.resolve() : new Promise((resolve) => void waiting.push({ count, resolve }))),
    close: () =>
      new Promise((resolve) => {
        server.close(() => resolve());
        server.closeAllConnections();
      }),
  };
}

/** A browser on another origin may use it, as it may use Ollama where that is allowed. */
function allowEveryOrigin(request: IncomingMessage, response: ServerResponse): void {
  response.setHeader('access-control-allow-origin', '*');
  // Named one by one, since * does not stand for Authorization (Fetch standard, CORS protocol).
  response.setHeader('access-control-allow-headers', request.headers['access-control-request-headers'] ?? '*');
}

function answerGet(path: string, response: ServerResponse): void {
  const json = (value: unknown): void => void response.writeHead(200, { 'content-type': 'application/json' }).end(JSON.stringify(value));
  if (path.startsWith('/v1/models')) json({ object: 'list', data: [{ id: MODEL, object: 'model' }] });
  else if (path === '/api/tags') json({ models: [{ name: MODEL, model: MODEL }] });
  else response.writeHead(404).end();
}

function withText(scripted: ScriptedAnswer, prompt: ScriptedPrompt, written: string | null): ScriptedAnswer {
  if (scripted.kind !== 'stream' || scripted.text !== undefined) return scripted;
  return { ...scripted, text: scripted.refusal === undefined ? (written ?? expandScripted(prompt.user)) : '' };
}

/** The passage of the prompt, a sentence of the scripted model's after each of its own. */
function expandScripted(prompt: string): string {
  const passage = /<passage>\n([\s\S]*?)\n<\/passage>/.exec(prompt)?.[1] ?? prompt;
  return passage
    .split(/\n\n+/)
    .map((paragraph) => paragraph.replace(/[.!?]+["”’]?(?=\s|$)/g, (end) => `${end} The scripted model adds a slow and quiet sentence here.`))
    .join('\n\n');
}

function countUsage(scripted: ScriptedAnswer, { system, user }: ScriptedPrompt, countTokens: ScriptedServerOptions['countTokens']): CountedTokens {
  const input = (scripted.kind === 'stream' && scripted.promptTokens) || (countTokens?.(`${system}\n${user}`) ?? 100);
  return { input, output: 'text' in scripted && countTokens ? countTokens(scripted.text ?? '') : 50 };
}

async function answer(scripted: ScriptedAnswer, response: ServerResponse, { stream, counted }: { stream: StreamWriter; counted: CountedTokens }): Promise<void> {
  switch (scripted.kind) {
    case 'status':
      response.writeHead(scripted.status, { 'content-type': 'application/json', ...scripted.headers });
      response.end(scripted.body ?? JSON.stringify({ type: 'error', error: { message: `status ${scripted.status}`, type: 'error' } }));
      return;
    case 'raw':
      response.writeHead(200, { 'content-type': scripted.contentType });
      response.end(scripted.body);
      return;
    default:
      response.writeHead(200, { 'content-type': 'text/event-stream', 'cache-control': 'no-cache' });
      response.flushHeaders();
      await writeStream(scripted, response, stream, counted);
  }
}

async function writeStream(scripted: ScriptedAnswer & { kind: 'stream' | 'stall' | 'cut' }, response: ServerResponse, stream: StreamWriter, counted: CountedTokens): Promise<void> {
  const pauseMs = (scripted.kind === 'stream' && scripted.pauseMs) || 0;
  const beats = (scripted.kind === 'stream' && scripted.keepAlive) || 0;
  for (let beat = 0; beat < beats; beat++) {
    response.write(': still working\n\n');
    await pause(pauseMs);
  }
  response.write(stream.begin(scripted, counted));
  for (const piece of (scripted.text ?? '').match(/(?:\S+\s*){1,4}/g) ?? []) {
    if (response.destroyed) return;
    response.write(stream.piece(piece));
    await pause(pauseMs);
  }
  if (scripted.kind === 'stall') return;
  if (scripted.kind === 'cut') {
    // What was written must reach the client before the reset does.
    await pause(20);
    response.socket?.resetAndDestroy();
    return;
  }
  response.end(stream.end(scripted.finish, counted));
}

const pause = (ms: number): Promise<void> => new Promise((resolve) => (ms > 0 ? setTimeout(resolve, ms) : setImmediate(resolve)));
