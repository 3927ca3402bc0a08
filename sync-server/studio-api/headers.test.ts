/** What goes with each answer, for browsers and whatever stands on the way. */
import { once } from 'node:events';
import { connect } from 'node:net';
import { text } from 'node:stream/consumers';
import { afterAll, beforeAll, expect, it } from 'vitest';
import { ROUTES } from '#schemas/http.ts';
import { startTestServer, type Caller, type Reply, type TestServer } from '../test-support/test-server.ts';

let server: TestServer;
let author: Caller;
let replies: Reply[];

beforeAll(async () => {
  server = await startTestServer({ workers: 'none' });
  author = await server.signUp();
  replies = await Promise.all([
    author.send('GET', ROUTES.readState.path), author.send('GET', ROUTES.pull.path), author.send('GET', ROUTES.readBlob.path.replace(':id', 'none')),
    server.anonymous.send('POST', ROUTES.login.path, { email: 'nobody@example.org', password: 'not this one' }), server.anonymous.send('GET', ROUTES.listDevices.path),
  ]);
});
afterAll(() => server.close());

it('no cache keeps an answer of the API', () => {
  for (const { headers, status } of replies) expect(headers.get('cache-control'), String(status)).toBe('no-store');
});

it('an answer is what its type says, is in no frame, and tells no other site where it came from', async () => {
  for (const { headers } of [...replies, await server.anonymous.send('GET', '/'), await server.anonymous.send('GET', '/nowhere')]) {
    expect(headers.get('x-content-type-options')).toBe('nosniff');
    expect(headers.get('referrer-policy')).toBe('no-referrer');
    const policy = headers.get('content-security-policy') ?? '';
    for (const directive of ["default-src 'none'", "script-src 'self'", "base-uri 'none'", "form-action 'none'", "frame-ancestors 'none'"]) expect(policy).toContain(directive);
    expect(policy).not.toContain("'unsafe-eval'");
    expect(headers.get('content-type')).toMatch(/charset=utf-8/);
    expect(headers.get('x-powered-by') ?? headers.get('server')).toBeNull();
  }
});

it.each(['TRACE', 'PROPFIND', 'CONNECT'])('a method that it has no use for is answered by nothing of the request’s: %s', async (method) => {
  const { hostname, port } = new URL(server.url);
  const socket = connect(Number(port), hostname);
  await once(socket, 'connect');
  socket.on('error', () => {});
  socket.end(`${method} /api/v1/state HTTP/1.1\r\nHost: ${hostname}:${port}\r\nAuthorization: Bearer a-secret-token\r\nConnection: close\r\n\r\n`);
  const answer = await text(socket).catch(() => '');
  expect(answer).not.toContain('a-secret-token');
  expect(answer).not.toMatch(/^HTTP\/1\.1 2/);
});
