/**
 * The address as a file may link to it; null when it must not: scripts, files of this computer, and relative
 * addresses, which lead nowhere from a finished book.
 */
export function webAddress(url: string): string | null {
  if (!/^(?:https?:\/\/|mailto:)/i.test(url.trim())) return null;
  try {
    return new URL(url.trim()).href;
  } catch {
    return null;
  }
}
