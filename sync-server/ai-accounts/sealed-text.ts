import { createCipheriv, createDecipheriv, randomBytes } from 'node:crypto';
import { RectoError } from '#schemas/errors.ts';

const ALGORITHM = 'aes-256-gcm';
const NONCE_BYTES = 12;
const TAG_BYTES = 16;

/**
 * Seals a text with the server's own key: AES-256-GCM (NIST SP 800-38D), a random nonce each time.
 * @param key 32 bytes
 * @param bound what it belongs to; with anything else it can't be opened, so no row can be moved to another user's
 * @returns base64url of nonce, ciphertext and tag
 */
export function sealText(text: string, key: Uint8Array, bound: string): string {
  const nonce = randomBytes(NONCE_BYTES);
  const cipher = createCipheriv(ALGORITHM, key, nonce, { authTagLength: TAG_BYTES });
  cipher.setAAD(Buffer.from(bound, 'utf8'));
  return Buffer.concat([nonce, cipher.update(text, 'utf8'), cipher.final(), cipher.getAuthTag()]).toString('base64url');
}

/** @throws RectoError configuration: another key, another owner, or damaged */
export function openSealedText(sealed: string, key: Uint8Array, bound: string): string {
  const bytes = Buffer.from(sealed, 'base64url');
  try {
    const decipher = createDecipheriv(ALGORITHM, key, bytes.subarray(0, NONCE_BYTES), { authTagLength: TAG_BYTES });
    decipher.setAAD(Buffer.from(bound, 'utf8'));
    decipher.setAuthTag(bytes.subarray(-TAG_BYTES));
    return Buffer.concat([decipher.update(bytes.subarray(NONCE_BYTES, -TAG_BYTES)), decipher.final()]).toString('utf8');
  } catch (thrown) {
    throw new RectoError('configuration', 'The key of your text provider can’t be read on this server any more. Give it again.', { cause: thrown });
  }
}
