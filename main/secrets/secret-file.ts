import { mkdir, readFile } from 'node:fs/promises';
import { dirname } from 'node:path';
import { RectoError } from '#schemas/errors.ts';
import { openBeside } from '../files/write-beside.ts';

/** Sealed bytes by their names, in one JSON file that its owner alone may read. */
export interface SecretFile {
  /** @throws RectoError file_unreadable */
  get(name: string): Promise<Buffer | null>;
  /**
   * On the disk when it resolves. Of two for one name the later call holds, however long sealing takes.
   * @throws RectoError file_unreadable, file_unwritable, storage_full, and what `seal` throws
   */
  set(name: string, seal: () => Promise<Buffer>): Promise<void>;
  /** @throws RectoError file_unreadable, file_unwritable, storage_full */
  delete(name: string): Promise<void>;
}

const OWNER_ONLY = 0o600;

/** @param file an absolute path. Nothing is read before the first call; one that is damaged holds nothing, and is replaced at the next change */
export function openSecretFile(file: string): SecretFile {
  let loaded: Promise<Map<string, string>> | undefined;
  let writing: Promise<void> = Promise.resolve();

  const load = (): Promise<Map<string, string>> => {
    loaded ??= read(file).catch((thrown: unknown) => {
      // It may be there again at the next try.
      loaded = undefined;
      throw thrown;
    });
    return loaded;
  };
  /** Changes come one after the other, each upon what is on the disk. */
  const change = (apply: (secrets: Map<string, string>) => boolean | Promise<boolean>): Promise<void> => {
    const write = writing.catch(() => undefined).then(async () => {
      const next = new Map(await load());
      if (!(await apply(next))) return;
      await writeWhole(file, next);
      loaded = Promise.resolve(next);
    });
    writing = write;
    return write;
  };

  return {
    async get(name) {
      const text = (await load()).get(name);
      return text === undefined ? null : Buffer.from(text, 'base64');
    },
    set: (name, seal) => change(async (secrets) => Boolean(secrets.set(name, (await seal()).toString('base64')))),
    delete: (name) => change((secrets) => secrets.delete(name)),
  };
}

async function read(file: string): Promise<Map<string, string>> {
  const text = await readFile(file, 'utf8').catch((thrown: NodeJS.ErrnoException) => {
    if (thrown.code === 'ENOENT' || thrown.code === 'ENOTDIR') return '';
    throw new RectoError('file_unreadable', 'The file with Recto’s passwords and keys can’t be read. Nothing in it was changed.', { cause: thrown });
  });
  try {
    const parsed: unknown = JSON.parse(text);
    const secrets = typeof parsed === 'object' && parsed !== null && 'secrets' in parsed ? parsed.secrets : null;
    if (typeof secrets !== 'object' || secrets === null) return new Map();
    return new Map(Object.entries(secrets).filter((entry): entry is [string, string] => typeof entry[1] === 'string'));
  } catch {
    // None yet, or a damaged one: then no secret is kept, and the author is asked for it where it is needed.
    return new Map();
  }
}

async function writeWhole(file: string, secrets: ReadonlyMap<string, string>): Promise<void> {
  // A folder that can't be made shows when the file is opened.
  await mkdir(dirname(file), { recursive: true, mode: 0o700 }).catch(() => undefined);
  const beside = await openBeside(file, OWNER_ONLY);
  await beside.write(Buffer.from(JSON.stringify({ version: 1, secrets: Object.fromEntries(secrets) })));
  await beside.finish();
}
