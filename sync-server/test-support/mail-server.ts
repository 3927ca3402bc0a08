import { once } from 'node:events';
import type { AddressInfo } from 'node:net';
import { SMTPServer } from 'smtp-server';

export interface MailServer {
  /** With the user and password that it takes. */
  readonly url: string;
  /** What came, as it came: headers and text. */
  readonly received: { to: string[]; text: string }[];
  /** The mail of this number, from 0; waits for it. */
  mail(index: number): Promise<{ to: string[]; text: string }>;
  close(): Promise<void>;
}

/** A real SMTP server on a free port of this machine, without encryption. It takes mail for everybody but `unknown@…`. */
export async function startMailServer(): Promise<MailServer> {
  const received: MailServer['received'] = [];
  let wake = (): void => {};
  const server = new SMTPServer({
    disabledCommands: ['STARTTLS'],
    allowInsecureAuth: true,
    logger: false,
    onAuth: ({ username, password }, _session, done) => (username === 'me@here' && password === 'a/secret' ? done(null, { user: username }) : done(new Error('No.'))),
    onRcptTo: ({ address }, _session, done) => done(address.startsWith('unknown@') ? new Error(`There is no ${address} here.`) : null),
    onData: (stream, { envelope }, done) => {
      let text = '';
      stream.on('data', (chunk: Buffer) => (text += chunk.toString()));
      stream.on('end', () => {
        received.push({ to: envelope.rcptTo.map(({ address }) => address), text });
        done(null);
        wake();
      });
    },
  });
  await once(server.listen(0, '127.0.0.1'), 'listening');
  const { port } = server.server.address() as AddressInfo;
  return {
    url: `smtp://me%40here:a%2Fsecret@127.0.0.1:${port}`,
    received,
    mail: async (index) => {
      while (received.length <= index) await new Promise<void>((resolve) => (wake = resolve));
      return received[index]!;
    },
    close: () => new Promise((resolve) => server.close(() => resolve())),
  };
}
