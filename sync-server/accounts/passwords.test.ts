import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { ROUTES } from '#schemas/http.ts';
import { createSkippableClock, type SkippableClock } from '../test-support/skippable-clock.ts';
import { startMailServer, type MailServer } from '../test-support/mail-server.ts';
import { createCaller, startTestServer, type Caller, type TestServer } from '../test-support/test-server.ts';
import { listen } from '../test-support/test-socket.ts';

const OLD = 'a long enough password';
const NEW = 'another one, longer still';

let mails: MailServer;
let clock: SkippableClock;
let server: TestServer;

beforeAll(async () => {
  mails = await startMailServer();
  clock = createSkippableClock();
  server = await startTestServer({ workers: 'none', mail: { url: mails.url, from: 'recto@example.org' }, publicUrl: 'https://write.example.org' }, { clock });
});
afterAll(async () => {
  await server.close();
  await mails.close();
});

const login = (email: string, password: string) => server.anonymous.send('POST', ROUTES.login.path, { email, password });
const signIn = async (email: string): Promise<Caller> => createCaller(() => server.url, (await login(email, OLD)).body as never);
const change = (author: Caller, body: object) => author.send('POST', ROUTES.changePassword.path, body);
const ask = (email: string) => server.anonymous.send('POST', ROUTES.requestPasswordReset.path, { email });
/** Asks for a link, and waits for the mail with it. */
async function askAndRead(email: string): Promise<{ to: string[]; text: string }> {
  const next = mails.received.length;
  expect((await ask(email)).status).toBe(202);
  return await mails.mail(next);
}
const reset = (token: string, password: string) => server.anonymous.send('POST', ROUTES.resetPassword.path, { token, password });
const isIn = async (author: Caller): Promise<boolean> => (await author.send('GET', ROUTES.readState.path)).status === 200;
const tokenOf = ({ text }: { text: string }): string => /https:\/\/write\.example\.org\/#\/reset\/([\w-]{43})/.exec(text.replaceAll('=\r\n', ''))![1]!;

describe('a new password', () => {
  it('takes the place of the current one, and signs out all other devices with their sockets', async () => {
    const author = await server.signUp('change@example.org');
    const lost = await signIn('change@example.org');
    const [own, others] = [await listen(server, author.session.access_token), await listen(server, lost.session.access_token)];
    expect((await change(author, { current_password: OLD, new_password: NEW })).status).toBe(204);
    expect(await others.closed).toBe(4403);
    expect([await isIn(author), await isIn(lost)]).toEqual([true, false]);
    expect((await server.anonymous.send('POST', ROUTES.refresh.path, { refresh_token: lost.session.refresh_token })).status).toBe(401);
    expect(own.raw.readyState).toBe(own.raw.OPEN);
    await own.close();
    expect([(await login('change@example.org', OLD)).status, (await login('change@example.org', NEW)).status]).toEqual([401, 200]);
  });

  it('leaves the other devices signed in where it is said so', async () => {
    const author = await server.signUp('keep@example.org');
    const other = await signIn('keep@example.org');
    expect((await change(author, { current_password: OLD, new_password: NEW, end_other_sessions: false })).status).toBe(204);
    expect(await isIn(other)).toBe(true);
  });

  it('needs the current one, and is none that is guessed first', async () => {
    const author = await server.signUp('guard@example.org');
    const wrong = await change(author, { current_password: 'not this one', new_password: NEW });
    expect(wrong.body).toMatchObject({ status: 403, code: 'forbidden', errors: [{ path: '/current_password' }] });
    for (const bad of ['password1', 'guard2026', 'short']) {
      expect((await change(author, { current_password: OLD, new_password: bad })).body).toMatchObject({ status: 422, errors: [{ path: '/new_password' }] });
    }
    expect((await login('guard@example.org', OLD)).status).toBe(200);
  });

  it('can’t be had by guessing the current one with a stolen token', async () => {
    const author = await server.signUp('stolen@example.org');
    const statuses = [];
    for (let guess = 0; guess < 11; guess += 1) statuses.push((await change(author, { current_password: `guess ${guess}`, new_password: NEW })).status);
    expect(statuses).toEqual([...Array(10).fill(403), 429]);
  });
});

describe('a forgotten password', () => {
  it('is set anew by a mailed link that works once, and signs out every device', async () => {
    const author = await server.signUp('forgot@example.org');
    const socket = await listen(server, author.session.access_token);
    const mail = await askAndRead('Forgot@example.org');
    expect(mail.to).toEqual(['forgot@example.org']);
    const token = tokenOf(mail);
    // One that is no good does not use the link up.
    expect((await reset(token, 'password1')).status).toBe(422);
    expect((await reset(token, NEW)).body).toEqual({ email: 'forgot@example.org' });
    expect(await socket.closed).toBe(4403);
    expect(await isIn(author)).toBe(false);
    expect([(await login('forgot@example.org', OLD)).status, (await login('forgot@example.org', NEW)).status]).toEqual([401, 200]);
    expect((await reset(token, 'a third one, just as long')).body).toMatchObject({ status: 410, code: 'link_invalid' });
  });

  it('is set by one of two who have the link at once', async () => {
    await server.signUp('race@example.org');
    const token = tokenOf(await askAndRead('race@example.org'));
    const replies = await Promise.all(['the first of the two', 'the second of the two'].map((password) => reset(token, password)));
    expect(replies.map(({ status }) => status).toSorted()).toEqual([200, 410]);
  });

  it('needs the newest link, within an hour', async () => {
    await server.signUp('late@example.org');
    const tokens: string[] = [];
    for (let asked = 0; asked < 2; asked += 1) tokens.push(tokenOf(await askAndRead('late@example.org')));
    expect((await reset(tokens[0]!, NEW)).status).toBe(410);
    clock.skip(60 * 60 * 1000);
    expect((await reset(tokens[1]!, NEW)).status).toBe(410);
    expect((await reset('made up', NEW)).status).toBe(410);
  });

  it('opens no session any more for who gave the old one at the same moment, and is not undone by them', async () => {
    const author = await server.signUp('moment@example.org');
    const token = tokenOf(await askAndRead('moment@example.org'));
    const attempts = Array.from({ length: 8 }, () => login('moment@example.org', OLD));
    const changing = change(author, { current_password: OLD, new_password: 'of whoever knew the old one' });
    expect((await reset(token, NEW)).status).toBeOneOf([200, 410]);
    const sessions = (await Promise.all(attempts)).filter(({ status }) => status === 200).map(({ body }) => createCaller(() => server.url, body as never));
    const wasChanged = (await changing).status === 204;
    expect(await Promise.all(sessions.map(isIn))).toEqual(sessions.map(() => false));
    expect((await login('moment@example.org', wasChanged ? 'of whoever knew the old one' : NEW)).status).toBe(200);
  });

  it('is not set by a link of before the password was changed', async () => {
    const author = await server.signUp('found@example.org');
    const token = tokenOf(await askAndRead('found@example.org'));
    expect((await change(author, { current_password: OLD, new_password: NEW })).status).toBe(204);
    expect((await reset(token, 'of whoever found the mail')).status).toBe(410);
  });

  it('sends nothing along to another address, or by another header', async () => {
    const sent = mails.received.length;
    for (const email of ['a@example.org\r\nBcc: b@example.org', 'a@example.org, b@example.org', '<a@example.org>', 'a@example.org\n']) expect((await ask(email)).status, email).toBe(422);
    expect(mails.received).toHaveLength(sent);
  });

  it('of nobody is answered as one of somebody; an inbox can’t be filled', async () => {
    const author = await server.signUp('known@example.org');
    const [known, unknown] = [await ask('known@example.org'), await ask('nobody@example.org')];
    expect([known.status, known.text]).toEqual([unknown.status, unknown.text]);
    expect((await ask('known@example.org')).status).toBe(202);
    expect((await ask('known@example.org')).status).toBe(202);
    expect((await ask('known@example.org')).body).toMatchObject({ status: 429, code: 'rate_limited' });
    expect(await isIn(author)).toBe(true);
  });
});

it('a server without mail says whom to ask', async () => {
  const plain = await startTestServer({ workers: 'none' });
  const reply = await plain.anonymous.send('POST', ROUTES.requestPasswordReset.path, { email: 'a@example.org' });
  await plain.close();
  expect(reply.body).toMatchObject({ status: 404, detail: expect.stringContaining('whoever runs it') });
});
