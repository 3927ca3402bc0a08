import { createTransport } from 'nodemailer';
import { isLoopback } from '#schemas/server-address.ts';

export interface MailSettings {
  /** smtp:// or smtps://, with user and password where the server of the mail wants them. */
  url: string;
  from: string;
}

export interface Mail {
  to: string;
  subject: string;
  /** Plain text. */
  text: string;
}

export interface Mailer {
  /** Resolves when the server of the mail has taken it. */
  send(mail: Mail): Promise<void>;
  close(): void;
}

const PATIENCE_MS = 20_000;

/** Sends by SMTP. But on this machine, only what is encrypted: a link for a password is worth as much as the password. */
export function createMailer({ url, from }: MailSettings): Mailer {
  const { protocol, hostname, port, username, password } = new URL(url);
  const isEncrypted = protocol === 'smtps:';
  const transport = createTransport({
    host: hostname.replace(/^\[|\]$/g, ''),
    port: port === '' ? (isEncrypted ? 465 : 587) : Number(port),
    secure: isEncrypted,
    // An smtp: URL is no URL of the web's to Node: isLoopback looks at the name alone.
    requireTLS: !isEncrypted && !isLoopback(`http://${hostname}`),
    ...(username !== '' && { auth: { user: decodeURIComponent(username), pass: decodeURIComponent(password) } }),
    connectionTimeout: PATIENCE_MS,
    greetingTimeout: PATIENCE_MS,
    socketTimeout: PATIENCE_MS,
    disableFileAccess: true,
    disableUrlAccess: true,
  });
  return {
    send: async (mail) => void (await transport.sendMail({ from, ...mail })),
    close: () => transport.close(),
  };
}
