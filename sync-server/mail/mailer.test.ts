import { afterAll, beforeAll, expect, it } from 'vitest';
import { startMailServer, type MailServer } from '../test-support/mail-server.ts';
import { createMailer } from './mailer.ts';

let mails: MailServer;
beforeAll(async () => {
  mails = await startMailServer();
});
afterAll(() => mails.close());

const MAIL = { to: 'ann@example.org', subject: 'A new password', text: 'This link sets it:\n\nhttps://write.example.org/#/reset/a_b-c\n' };

it('hands a mail to the server of the mail, as its user', async () => {
  const mailer = createMailer({ url: mails.url, from: 'Recto <recto@example.org>' });
  await mailer.send(MAIL);
  mailer.close();
  const { to, text } = await mails.mail(0);
  expect(to).toEqual(['ann@example.org']);
  for (const part of ['From: Recto <recto@example.org>', 'Subject: A new password', 'https://write.example.org/#/reset/a_b-c']) expect(text).toContain(part);
});

it('never goes over the network without encryption', async () => {
  // This machine, by a name that is not its own alone.
  const mailer = createMailer({ url: mails.url.replace('127.0.0.1', '0.0.0.0'), from: 'recto@example.org' });
  await expect(mailer.send(MAIL)).rejects.toMatchObject({ code: 'ETLS' });
  mailer.close();
  expect(mails.received).toHaveLength(1);
});

it('says that it failed where the mail is not taken', async () => {
  const mailer = createMailer({ url: mails.url.replace('a%2Fsecret', 'wrong'), from: 'recto@example.org' });
  await expect(mailer.send(MAIL)).rejects.toMatchObject({ code: 'EAUTH' });
  mailer.close();
});
