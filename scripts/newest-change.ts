import { existsSync, readdirSync, statSync } from 'node:fs';
import { join } from 'node:path';

/** @returns when something in `path` (a file, or a folder with all that is in it) was last changed, in ms */
function newestChange(path: string): number {
  const stats = statSync(path);
  if (!stats.isDirectory()) return stats.mtimeMs;
  return Math.max(stats.mtimeMs, ...readdirSync(path).map((name) => newestChange(join(path, name))));
}

/**
 * @param built a file that the last build wrote
 * @param sources files and folders that it was made from
 * @returns whether it is not there, or is older than one of them
 */
export function isBuildDue(built: string, sources: readonly string[]): boolean {
  if (!existsSync(built)) return true;
  const builtAt = statSync(built).mtimeMs;
  return sources.some((source) => newestChange(source) > builtAt);
}
