/** Requests, pushes, tokens, bytes and frames that nobody should send: no crash, no failure of the server's, no byte of another tenant's. */
import { makePush, makeRequest } from './fuzz/http-tries.ts';
import type { Outcome, Try } from './fuzz/judge.ts';
import { makeRaw } from './fuzz/raw-tries.ts';
import { makeSocket } from './fuzz/socket-tries.ts';
import { makeToken } from './fuzz/token-tries.ts';
import { startWorld, type World } from './fuzz/world.ts';
import { repeatRuns, type RunPart } from './part.ts';
import { createRandom, type Random } from './random.ts';

const TRIES_A_RUN = 4000;
/** At once: what is wrong only beside something else shows, too. */
const AT_ONCE = 8;
/** How often each kind comes. */
const KINDS: readonly [weight: number, make: (world: World, random: Random) => Try][] = [[50, makeRequest], [20, makePush], [10, makeToken], [10, makeRaw], [10, makeSocket]];

export const run: RunPart = async (options) => {
  const all: Record<Outcome, number> = { done: 0, refused: 0 };
  const { figures, ...outcome } = await repeatRuns(options, async (seed) => {
    const { done, refused } = await tryNonsense(seed, TRIES_A_RUN);
    all.done += done;
    all.refused += refused;
  });
  const sentence = `${all.done + all.refused} tries, of which ${all.refused} were refused, changed nothing of another tenant’s, showed nothing of it, and failed nowhere`;
  return { ...outcome, figures: [...figures, sentence] };
};

/** So many tries at one server. @throws Error that shows what was sent */
export async function tryNonsense(seed: number, tries: number): Promise<Record<Outcome, number>> {
  const random = createRandom(seed);
  const world = await startWorld();
  try {
    const outcomes: Record<Outcome, number> = { done: 0, refused: 0 };
    let left = tries;
    let failure: Error | undefined;
    const work = async (): Promise<void> => {
      while (left > 0 && !failure) {
        left -= 1;
        const { shown, run: send } = pickKind(random)(world, random);
        await send().then((outcome) => (outcomes[outcome] += 1), (error: unknown) => (failure ??= new Error(`${shown}\n→ ${describe(error)}`, { cause: error })));
      }
    };
    await Promise.all(Array.from({ length: AT_ONCE }, work));
    if (failure) throw failure;
    await world.end();
    return outcomes;
  } finally {
    await world.remove();
  }
}

/** What fetch throws says what happened in its cause alone. */
function describe(error: unknown): string {
  return error instanceof Error && error.cause ? `${error.message}: ${String(error.cause)}` : String(error);
}

function pickKind(random: Random): (typeof KINDS)[number][1] {
  let at = random.below(KINDS.reduce((sum, [weight]) => sum + weight, 0));
  for (const [weight, make] of KINDS) {
    if (at < weight) return make;
    at -= weight;
  }
  return makeRequest;
}
