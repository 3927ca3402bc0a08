/** Secrets of this computer's author, such as a session's token: sealed by the system's keychain, in one file beside the library. */
import type { SafeStorage } from 'electron';
import { RectoError } from '#schemas/errors.ts';
import type { Notice } from '#schemas/ipc.ts';
import { openSecretFile } from './secret-file.ts';

export interface SecretStore {
  /** False: there is no keychain here, and what is set is forgotten when the program ends. */
  isPersistent(): Promise<boolean>;
  /** Null: none is kept, or what is kept can't be read on this computer. */
  get(name: string): Promise<string | null>;
  /** @throws RectoError unavailable, file_unreadable, file_unwritable, storage_full: it holds until the program ends */
  set(name: string, value: string): Promise<void>;
  /** @throws RectoError file_unwritable, storage_full: it is gone until the program ends, and must be deleted again then */
  delete(name: string): Promise<void>;
}

/** Electron's safeStorage, as far as it is used. The backend can be asked for on Linux alone. */
export type Keychain = Pick<SafeStorage, 'isAsyncEncryptionAvailable' | 'encryptStringAsync' | 'decryptStringAsync'> & Partial<Pick<SafeStorage, 'getSelectedStorageBackend'>>;

export interface SecretStoreParts {
  safeStorage: Keychain;
  /** An absolute path; its folder is made. */
  file: string;
  /** Gets what the author should know: once, that a secret can't be read any more. */
  onNotice(notice: Notice): void;
}

const UNREADABLE: Notice = {
  kind: 'warning',
  message: 'A password or key that Recto kept for you can’t be read any more, as happens on another computer or with another keychain. Sign in again, or give the key again in the settings. Your books are not touched.',
};

/** Nothing is read before the first call, which must come after Electron is ready. */
export function createSecretStore({ safeStorage, file, onNotice }: SecretStoreParts): SecretStore {
  const sealed = openSecretFile(file);
  /** What holds in this run alone; null: it was deleted. */
  const held = new Map<string, string | null>();
  let persistent: Promise<boolean> | undefined;
  let toldUnreadable = false;
  const tellUnreadable = (): null => {
    if (!toldUnreadable) onNotice(UNREADABLE);
    toldUnreadable = true;
    return null;
  };

  const isPersistent = (): Promise<boolean> => (persistent ??= hasKeychain(safeStorage));
  const keep = async (name: string, value: string): Promise<void> => {
    held.set(name, value);
    if (!(await isPersistent())) return;
    await sealed.set(name, () => seal(safeStorage, value));
    if (held.get(name) === value) held.delete(name);
  };

  return {
    isPersistent,
    set: keep,
    async get(name) {
      const value = held.get(name);
      if (value !== undefined) return value;
      if (!(await isPersistent())) return null;
      const opened = await sealed.get(name).then((bytes) => bytes && unseal(safeStorage, bytes), (): Unopened => 'unopened');
      if (opened === 'unopened') return tellUnreadable();
      if (opened === null) return null;
      // The keychain's own key was changed. Where the new seal can't be kept the old one still opens.
      if (opened.shouldReEncrypt && !held.has(name)) await keep(name, opened.result).catch(() => undefined);
      return opened.result;
    },
    async delete(name) {
      held.set(name, null);
      await sealed.delete(name);
      if (held.get(name) === null) held.delete(name);
    },
  };
}

/** `basic_text` seals with a key that is in Chromium's source: it protects nothing (Electron, safeStorage). */
async function hasKeychain(safeStorage: Keychain): Promise<boolean> {
  if (safeStorage.getSelectedStorageBackend?.() === 'basic_text') return false;
  // A keychain that fails when it is asked is none; the screens say that nothing is kept.
  return safeStorage.isAsyncEncryptionAvailable().catch(() => false);
}

async function seal(safeStorage: Keychain, value: string): Promise<Buffer> {
  try {
    return await safeStorage.encryptStringAsync(value);
  } catch (cause) {
    throw new RectoError('unavailable', 'The keychain of this computer does not answer, so this is kept only until Recto closes. Unlock the keychain and do it again.', { cause });
  }
}

/** It was sealed by another computer or another keychain, or its file can't be read. */
type Unopened = 'unopened';

async function unseal(safeStorage: Keychain, bytes: Buffer): Promise<{ result: string; shouldReEncrypt: boolean } | Unopened> {
  return safeStorage.decryptStringAsync(bytes).catch((): Unopened => 'unopened');
}
