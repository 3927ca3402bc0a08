/** What the guard of a process says before it ends it. */
export const OUT_OF_MEMORY = 'out of memory';

/** V8's last words, and the guard's. */
const NO_MEMORY = /out of memory|invalid size error|invalid table size/;
/** Where in the code: a line of an error's own text is not of this form. */
const FRAME = /^ {4}at (?:async )?(?:[\w.$<>[\] ]+ \()?(?:file|node):[^\s()]+:\d+:\d+\)?$/gm;
const MAX_FRAMES = 8;

/**
 * Why a process ended, of what it wrote to its standard error. The rest of that is left out: the message of an error may
 * have an author's words in it.
 * @returns a reason for its job's author, and lines for the server's log
 */
export function describeCrash(words: string, code: number | null, signal: string | null): { reason: string; report: string } {
  const reason = NO_MEMORY.test(words) ? 'it needs more memory than it may have' : (signal ?? `exit code ${code}`);
  const frames = words.match(FRAME)?.slice(0, MAX_FRAMES) ?? [];
  return { reason, report: [reason, ...frames].join('\n') };
}
