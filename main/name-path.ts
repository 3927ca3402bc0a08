import { relative, sep } from 'node:path';

/** A path as a person of a Unix system reads it: what is in their home begins with ~. On Windows it stays as it is. */
export function namePath(path: string, home: string, separator: string = sep): string {
  if (separator !== '/') return path;
  const inside = relative(home, path);
  return inside === '' || inside.startsWith('..') || inside.startsWith('/') ? path : `~/${inside}`;
}
