/** So long are credentials good whose end a test waits for. A machine that is too slow to come in with the first has longer ones. */
const LIVES_MS = [2_000, 6_000, 20_000];

/**
 * @param enter comes in with credentials that end so many milliseconds from now; rejects where they have ended already
 * @throws what it rejects with for the longest
 */
export async function enterForShort<T>(enter: (lifeMs: number) => Promise<T>): Promise<T> {
  let reason: unknown;
  for (const lifeMs of LIVES_MS) {
    try {
      return await enter(lifeMs);
    } catch (error) {
      reason = error;
    }
  }
  throw reason;
}
