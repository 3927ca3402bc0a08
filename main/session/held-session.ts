/** The session as it is kept: one secret, so that half of one is never there. */

/** Where secrets are kept. Of no concern here: how, and whether beyond the program's end. */
export interface SessionSecrets {
  get(name: string): Promise<string | null>;
  set(name: string, value: string): Promise<void>;
  delete(name: string): Promise<void>;
}

export interface Held {
  server: string;
  email: string;
  userId: string;
  refreshToken: string;
}

export interface HeldSession {
  /** What was written last, also where it could not be kept. Null: nobody is signed in. */
  read(): Promise<Held | null>;
  /** Holds at once; resolves when it is kept. @throws whatever the secrets throw */
  write(held: Held | null): Promise<void>;
}

const NAME = 'session';

export function createHeldSession(secrets: SessionSecrets): HeldSession {
  let held: Promise<Held | null> | null = null;
  /** Writes come one after the other: the last is the one that stays. */
  let writing: Promise<unknown> = Promise.resolve();
  return {
    read: () => (held ??= secrets.get(NAME).then(parse)),
    write: (next) => {
      held = Promise.resolve(next);
      const written = writing.then(() => (next ? secrets.set(NAME, JSON.stringify(next)) : secrets.delete(NAME)));
      writing = written.catch(() => undefined);
      return written;
    },
  };
}

/** What is no session any more, such as a keychain's from another program, is none: the author signs in. */
function parse(text: string | null): Held | null {
  try {
    const value = JSON.parse(text ?? 'null') as Partial<Record<keyof Held, unknown>> | null;
    if (typeof value !== 'object' || value === null) return null;
    const { server, email, userId, refreshToken } = value;
    if (typeof server !== 'string' || typeof email !== 'string' || typeof userId !== 'string' || typeof refreshToken !== 'string') return null;
    return { server, email, userId, refreshToken };
  } catch (thrown) {
    if (thrown instanceof SyntaxError) return null;
    throw thrown;
  }
}
