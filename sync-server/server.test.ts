/** The server as others meet it: started again, asked from elsewhere, described, with its web app. */
import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { connect } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { text } from 'node:stream/consumers';
import { Ajv } from 'ajv';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { EVENTS_PATH, ROUTES } from '#schemas/http.ts';
import { startTestServer, type TestServer } from './test-support/test-server.ts';

const AT = '2026-01-01T00:00:00.000Z';
const makeBlob = (id: string, content = 'Text.') => ({
  id, user_id: 'local', processor_id: 'user-input', schema_id: 'text-input-v2', data: { content }, tags: [], version: 1, created_at: AT, updated_at: AT, deleted: false,
});

describe('a server', () => {
  let server: TestServer;
  beforeAll(async () => {
    server = await startTestServer({ allowedOrigins: ['https://write.example.org'] });
  });
  afterAll(() => server.close());

  it('has after a restart what it had before: accounts, sessions, blobs, the checkpoint', async () => {
    const author = await server.signUp('stays@example.org');
    await author.send('POST', ROUTES.push.path, [{ new_document_state: makeBlob('stays') }]);
    const before = (await author.send('GET', ROUTES.pull.path)).body;
    await server.restart();
    expect((await author.send('GET', ROUTES.pull.path)).body).toEqual(before);
    expect((await server.anonymous.send('POST', '/api/v1/auth/refresh', { refresh_token: author.session.refresh_token })).status).toBe(200);
  });

  it('goes on after a restart with a job that it was stopped in', async () => {
    const author = await server.signUp();
    const made = await author.send('POST', '/api/v1/blobs', { processor_id: 'user-input', schema_id: 'text-input-v1', data: { content: 'The ship sailed into the storm.' } });
    await server.restart();
    const path = `/api/v1/blobs/${String(made.body['id'])}`;
    await expect.poll(async () => (await author.send('GET', path)).body['processing_state'], { interval: 50 }).toBe('completed');
    expect((await author.send('GET', path)).body['derived_ids']).toHaveLength(1);
  });

  it('is used by its own pages, the desktop app and origins that are allowed, by no others', async () => {
    const ask = (origin: string, method = 'GET') => server.anonymous.send(method, '/api/v1/state', undefined, { origin });
    for (const origin of ['https://evil.example', 'null', 'http://127.0.0.1:1', 'app://other']) {
      const refused = await ask(origin);
      expect(refused.body).toMatchObject({ status: 403, code: 'origin_refused' });
      expect(refused.headers.get('access-control-allow-origin')).toBeNull();
    }
    expect((await ask(server.url)).status).toBe(401);
    for (const origin of ['app://recto', 'https://write.example.org']) {
      const reply = await ask(origin);
      expect([reply.status, reply.headers.get('access-control-allow-origin')]).toEqual([401, origin]);
      const preflight = await ask(origin, 'OPTIONS');
      expect(preflight.status).toBe(204);
      expect(preflight.headers.get('access-control-allow-headers')).toContain('authorization');
    }
  });

  it('asks a client that is too old to update', async () => {
    const reply = await server.anonymous.send('GET', '/api/v1/state', undefined, { 'recto-protocol': '0' });
    expect(reply.body).toMatchObject({ status: 426, code: 'upgrade_required' });
    expect((await server.anonymous.send('GET', '/api/v1/state', undefined, { 'recto-protocol': 'x' })).status).toBe(400);
    expect((await server.anonymous.send('GET', '/api/v1/state', undefined, { 'recto-protocol': '1' })).status).toBe(401);
  });

  it('limits the requests of an address', async () => {
    const small = await startTestServer({ rateLimitPerMinute: 3 });
    const replies = [];
    for (let index = 0; index < 5; index += 1) replies.push(await small.anonymous.send('GET', '/api/v1/state'));
    await small.close();
    expect(replies.map(({ status }) => status)).toEqual([401, 401, 401, 429, 429]);
    expect(replies[4]!.body).toMatchObject({ code: 'rate_limited' });
    expect(Number(replies[4]!.headers.get('retry-after'))).toBeGreaterThan(0);
  });

  it('describes every route in /openapi.json, with schemas that hold together', async () => {
    const { body } = await server.anonymous.send('GET', '/openapi.json');
    const { paths, components } = body as unknown as { paths: Record<string, Record<string, { requestBody?: unknown; responses: Record<string, unknown> }>>; components: { schemas: Record<string, object> } };
    for (const route of Object.values(ROUTES)) {
      const operation = paths[route.path.replaceAll(/:(\w+)/g, '{$1}')]?.[route.method.toLowerCase()];
      expect(operation, `${route.method} ${route.path}`).toBeDefined();
      const named = [...('body' in route ? [route.body] : []), ...('reply' in route ? [route.reply] : [])];
      for (const name of named) expect(JSON.stringify(operation), route.path).toContain(`"#/components/schemas/${name}"`);
    }
    const described = Object.entries(paths).flatMap(([path, operations]) => Object.keys(operations).map((method) => `${method.toUpperCase()} ${path}`));
    const expected = [...Object.values(ROUTES), { method: 'GET', path: EVENTS_PATH }, { method: 'GET', path: '/healthz' }, { method: 'GET', path: '/readyz' }];
    expect(described.toSorted()).toEqual(expected.map(({ method, path }) => `${method} ${path.replaceAll(/:(\w+)/g, '{$1}')}`).toSorted());
    expect(paths['/api/v1/blobs/{id}']?.['delete']?.responses).toHaveProperty('204');
    expect(JSON.stringify(paths['/api/v1/blobs']?.['get'])).toContain('"name":"conversation_id"');
    expect(JSON.stringify(paths['/api/v1/blobs']?.['get'])).toContain('#/components/schemas/problem');
    // What is sent and what comes is said where it is no schema's JSON: bytes, any data, nothing.
    expect(JSON.stringify(paths['/api/v1/blobs/{id}/file']?.['get']?.responses['200'])).toContain('"format":"binary"');
    expect(JSON.stringify(paths['/api/v1/worker/jobs/{id}/file']?.['put']?.requestBody)).toContain('"format":"binary"');
    expect(JSON.stringify(paths['/api/v1/schemas/{id}/validate']?.['post']?.responses['200'])).toContain('"valid"');
    expect(paths['/api/v1/schemas/{id}/validate']?.['post']).toHaveProperty('requestBody');
    expect(paths['/api/v1/worker/jobs/take']?.['post']?.responses).toHaveProperty('204');
    expect(JSON.stringify(paths['/api/v1/jobs']?.['get'])).toContain('"name":"processor_id"');
    for (const operation of Object.entries(paths).filter(([path]) => path !== EVENTS_PATH).flatMap(([, operations]) => Object.values(operations))) expect(operation).toHaveProperty('summary');
    const references = [...JSON.stringify(body).matchAll(/"\$ref":"#\/components\/schemas\/([^"]+)"/g)].map(([, name]) => name!);
    expect(references.filter((name) => !(name in components.schemas))).toEqual([]);
    const ajv = new Ajv({ strict: false, validateFormats: false });
    for (const [name, schema] of Object.entries(components.schemas)) expect(() => ajv.compile({ ...schema, components }), name).not.toThrow();
    expect((await server.anonymous.send('GET', '/api/v1/schemas/text-input-v1')).status).toBe(401);
  });
});

describe('the web app', () => {
  it('is served with a strict policy; hashed files are kept, the page is asked for anew', async () => {
    const around = mkdtempSync(join(tmpdir(), 'recto-web-'));
    const folder = join(around, 'renderer');
    mkdirSync(join(folder, 'assets'), { recursive: true });
    writeFileSync(join(around, 'beside.txt'), 'nobody’s business');
    writeFileSync(join(folder, 'index.html'), '<!doctype html><title>Recto</title>');
    writeFileSync(join(folder, 'assets', 'main-1a2b.js'), 'export {};');
    const server = await startTestServer({ webAppDir: folder });
    const page = await server.anonymous.send('GET', '/');
    const script = await server.anonymous.send('GET', '/assets/main-1a2b.js');
    const { hostname, port } = new URL(server.url);
    // By hand: fetch would tidy the path up.
    const outside = ['/../beside.txt', '/assets/../../beside.txt', '/assets/..%2f..%2fbeside.txt', '/%2e%2e/beside.txt', '/..\\beside.txt', `/${folder}/../beside.txt`].map(async (path) => {
      const socket = connect(Number(port), hostname);
      socket.write(`GET ${path} HTTP/1.1\r\nHost: ${hostname}\r\nConnection: close\r\n\r\n`);
      return await text(socket);
    });
    for (const answer of await Promise.all(outside)) expect(answer).toMatch(/^HTTP\/1\.1 40[04] /);
    await server.close();
    rmSync(around, { recursive: true, force: true });
    expect(page.text).toContain('Recto');
    expect(page.headers.get('cache-control')).toBe('no-cache');
    expect(page.headers.get('content-security-policy')).toContain("script-src 'self' 'wasm-unsafe-eval';");
    expect(script.headers.get('cache-control')).toContain('immutable');
  });

  it('that is not built is said to be, with how to build it', async () => {
    const server = await startTestServer({ webAppDir: '/nowhere' });
    const page = await server.anonymous.send('GET', '/');
    await server.close();
    expect(page.text).toContain('npm run build');
  });
});
