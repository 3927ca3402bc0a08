/** Real encryption with a key in the profile: what is on the disk can't be read by who has only that file. */
import { createCipheriv, createDecipheriv, randomBytes } from 'node:crypto';
import { readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import type { SafeStorage } from 'electron';
import { app } from './app.ts';
import { standIn } from './stand-in.ts';

const IV_BYTES = 12;
const TAG_BYTES = 16;
/** How Chromium marks what it encrypted on Linux. */
const PREFIX = Buffer.from('v11');

function readKey(): Buffer {
  const file = join(app.getPath('userData'), 'stand-in-keychain');
  try {
    return readFileSync(file);
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code !== 'ENOENT') throw error;
    const key = randomBytes(32);
    writeFileSync(file, key, { mode: 0o600 });
    return key;
  }
}

function encrypt(text: string): Buffer {
  const iv = randomBytes(IV_BYTES);
  const cipher = createCipheriv('aes-256-gcm', readKey(), iv);
  const body = Buffer.concat([cipher.update(text, 'utf8'), cipher.final()]);
  return Buffer.concat([PREFIX, iv, cipher.getAuthTag(), body]);
}

function decrypt(encrypted: Buffer): string {
  const refuse = (cause?: unknown): never => {
    throw new Error('Error while decrypting the ciphertext provided to safeStorage.decryptString.', { cause });
  };
  const [iv, tag, body] = [encrypted.subarray(3, 3 + IV_BYTES), encrypted.subarray(3 + IV_BYTES, 3 + IV_BYTES + TAG_BYTES), encrypted.subarray(3 + IV_BYTES + TAG_BYTES)];
  if (!encrypted.subarray(0, 3).equals(PREFIX) || tag.length !== TAG_BYTES) return refuse();
  try {
    const decipher = createDecipheriv('aes-256-gcm', readKey(), iv).setAuthTag(tag);
    return decipher.update(body, undefined, 'utf8') + decipher.final('utf8');
  } catch (cause) {
    return refuse(cause);
  }
}

type Backend = ReturnType<SafeStorage['getSelectedStorageBackend']>;

/** `RECTO_E2E_KEYCHAIN`: the backend that Electron would have found, such as basic_text; `none`: no encryption at all. */
const backend = process.env['RECTO_E2E_KEYCHAIN'] ?? 'gnome_libsecret';
const isAvailable = backend !== 'none';

export const safeStorage = standIn<SafeStorage>('safeStorage', {
  isEncryptionAvailable: () => isAvailable,
  isAsyncEncryptionAvailable: async () => isAvailable,
  getSelectedStorageBackend: () => (isAvailable ? (backend as Backend) : 'unknown'),
  encryptString: encrypt,
  encryptStringAsync: async (text) => encrypt(text),
  decryptString: decrypt,
  decryptStringAsync: async (encrypted) => ({ shouldReEncrypt: false, result: decrypt(encrypted) }),
  setUsePlainTextEncryption: () => undefined,
});
