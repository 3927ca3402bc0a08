import { join, sep } from 'node:path';

/**
 * The file of the screens that a URL's path names. Looked up in the folder alone: no '..' in any spelling, no absolute
 * path, no drive, no other separator, no NUL, no hidden file, no end that
 * Windows drops.
 * @param path of the URL, percent-encoded; '/' is the page itself
 * @returns an absolute path inside of the folder, or null
 */
export function findAppFile(folder: string, path: string): string | null {
  let decoded: string;
  try {
    decoded = decodeURIComponent(path);
  } catch (thrown) {
    if (thrown instanceof URIError) return null;
    throw thrown;
  }
  if (!decoded.startsWith('/')) return null;
  const parts = decoded === '/' ? ['index.html'] : decoded.slice(1).split('/');
  if (!parts.every((part) => /^[\w@-](?:[\w.@ -]*[\w@-])?$/u.test(part))) return null;
  const file = join(folder, ...parts);
  // The parts' shape says it already; this says it once more of what is opened.
  return file.startsWith(folder.endsWith(sep) ? folder : folder + sep) ? file : null;
}
