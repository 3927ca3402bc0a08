/** The servers that this program may speak to on the window's behalf: a page asks for them, the author says yes. */
import { RectoError } from '#schemas/errors.ts';
import { isLoopback } from '#schemas/server-address.ts';
import type { SettingsFile } from '../settings.ts';

/** For a native dialog, which no page can draw, cover or answer. */
export interface AuthorQuestion {
  message: string;
  detail: string;
  yes: string;
  no: string;
  isWarning: boolean;
}

export type AskAuthor = (question: AuthorQuestion) => Promise<boolean>;

export interface AllowedOrigins {
  /** Whether it may be spoken to without a question: this computer's own, and those the author said yes to. False for what is no http(s) address. */
  has(url: string): boolean;
  /**
   * Asks the author where nobody has yet; a yes is remembered for good, a no only for this once.
   * @param url only its origin counts
   * @throws RectoError malformed (no http or https address), file_unwritable (the yes holds until the program ends)
   */
  allow(url: string, why: 'sync' | 'model'): Promise<boolean>;
}

interface AllowedOriginsParts {
  settings: Pick<SettingsFile, 'read' | 'change'>;
  askAuthor: AskAuthor;
}

export function createAllowedOrigins({ settings, askAuthor }: AllowedOriginsParts): AllowedOrigins {
  const remembered = (): readonly string[] => settings.read().allowedOrigins ?? [];
  const isAllowed = (origin: string): boolean => isLoopback(origin) || remembered().includes(origin);
  /** One question at a time: a page can't bury the author in dialogs, nor have one asked twice. */
  let asking: Promise<unknown> = Promise.resolve();

  return {
    has: (url) => {
      const origin = originOf(url);
      return origin !== null && isAllowed(origin);
    },
    allow: (url, why) => {
      const answer = asking.then(async () => {
        const origin = originOf(url);
        if (origin === null) throw new RectoError('malformed', 'Write an address that begins with https:// or http://.');
        if (isAllowed(origin)) return true;
        if (!(await askAuthor(ask(origin, why)))) return false;
        await settings.change({ allowedOrigins: [...remembered(), origin] });
        return true;
      });
      asking = answer.catch(() => undefined);
      return answer;
    },
  };
}

/** Null: it is no http or https address. A host is in ASCII here, so that one that looks like another's shows as xn--…. */
function originOf(url: string): string | null {
  if (!URL.canParse(url)) return null;
  const { protocol, origin } = new URL(url);
  return protocol === 'https:' || protocol === 'http:' ? origin : null;
}

function ask(origin: string, why: 'sync' | 'model'): AuthorQuestion {
  const isWarning = origin.startsWith('http:');
  const what = {
    sync: { message: `Sync your books with ${origin}?`, detail: 'The books of your account there, your email and your password are sent to this server.', yes: 'Sync' },
    model: { message: `Send passages of your books to ${origin}?`, detail: 'What you have expanded goes to this provider, with your key for it if you gave one.', yes: 'Send' },
  }[why];
  const risk = isWarning ? ' It is not encrypted on the way: anyone on the network between here and there can read and change it.' : '';
  return { ...what, detail: `${what.detail}${risk} Recto asks this once for a server.`, no: 'Cancel', isWarning };
}
