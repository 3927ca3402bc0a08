import { RectoError } from '#schemas/errors.ts';

/** Words that a password of this app is too easily guessed by; its account's email and its server's name are others. */
const CONTEXT_WORDS: readonly string[] = ['recto', 'verso', 'writer', 'author', 'writing', 'manuscript'];

let common: Promise<ReadonlySet<string>> | undefined;

/**
 * The 18,000 most used passwords of 8 characters or more, out of breaches (zxcvbn's list), in lower case. Read when the first password
 * is set: it takes 40 ms and 7 MB.
 */
function readCommon(): Promise<ReadonlySet<string>> {
  common ??= import('@zxcvbn-ts/language-common').then(({ dictionary }) => new Set(dictionary['passwords-common'].map(String).filter((word) => word.length >= 8)));
  return common;
}

/**
 * Whether a password may be set: any characters, but none that is among the first to be tried (NIST SP 800-63B §5.1.1.2). Its length is
 * the wire schema's.
 * @param about the account's email and the server's address: what stands in them is guessed first
 * @param path where the password stood in the request
 * @throws RectoError schema_violation
 */
export async function requireGoodPassword(password: string, about: { email: string; serverUrl: string }, path: string): Promise<void> {
  const folded = password.normalize('NFKC').toLowerCase();
  if ((await readCommon()).has(folded)) refuse('is among the most used ones, which are tried first', path);
  // “recto2026!” is “recto” to whoever guesses.
  const core = folded.replace(/^[^\p{L}]+|[^\p{L}]+$/gu, '');
  const words = new Set([...CONTEXT_WORDS, ...split(about.email), ...split(new URL(about.serverUrl).hostname)]);
  if (folded === about.email || words.has(core) || words.has(folded)) refuse('is the name of the account, of its server or of this app', path);
}

const split = (text: string): string[] => [text, ...text.toLowerCase().split(/[^\p{L}\p{N}]+/u)].filter((word) => word.length >= 3);

function refuse(what: string, path: string): never {
  throw new RectoError('schema_violation', `This password ${what}. Choose another, such as a short sentence.`, { errors: [{ path, message: what }] });
}
