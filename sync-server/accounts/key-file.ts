import { randomBytes } from 'node:crypto';
import { mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { RectoError } from '#schemas/errors.ts';

const KEY_BYTES = 32;

/**
 * A secret of the server's own: made on the first start, readable by the server's user alone.
 * @param afterLoss what the operator is to do where the file is damaged, as a sentence
 * @throws RectoError storage_failed
 */
export function readKeyFile(dataDir: string, name: string, afterLoss: string): Uint8Array {
  mkdirSync(dataDir, { recursive: true, mode: 0o700 });
  const path = join(dataDir, name);
  try {
    writeFileSync(path, randomBytes(KEY_BYTES), { mode: 0o600, flag: 'wx', flush: true });
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code !== 'EEXIST') {
      throw new RectoError('storage_failed', `The key ${path} can’t be written: ${(error as Error).message}.`, { cause: error });
    }
  }
  const key = readFileSync(path);
  if (key.length < KEY_BYTES) throw new RectoError('storage_failed', `The key ${path} is damaged: ${afterLoss}`);
  return key;
}
