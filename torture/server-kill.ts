/** The server, killed with kill -9 in the middle of pushes: what it acknowledged is there afterwards, and once. */
import { setTimeout as sleep } from 'node:timers/promises';
import { ROUTES } from '#schemas/http.ts';
import { repeatRuns, type RunPart } from './part.ts';
import { createRandom, type Random } from './random.ts';
import { checkDatabase } from './server-kill/check-database.ts';
import { checkMade, checkPulled, pullAll, type User } from './server-kill/check-end.ts';
import { createKilledServer, type KilledServer } from './server-kill/killed-server.ts';
import { createWriters, type Writer } from './server-kill/writers.ts';

const KILLS_A_RUN = 10;
const USERS = 2;
/** A life ends when so many requests have been answered, and a moment later: while others are under way. */
const MOST_ANSWERS = 60;
const LONGEST_MOMENT_MS = 30;
const PASSWORD = 'correct horse battery staple';

export interface Tally {
  kills: number;
  /** Requests that a kill left without an answer. */
  interrupted: number;
  acknowledged: number;
  expanded: number;
  /** Files of compiled books. */
  files: number;
}

export const run: RunPart = async (options) => {
  const tally: Tally = { kills: 0, interrupted: 0, acknowledged: 0, expanded: 0, files: 0 };
  const { figures, ...outcome } = await repeatRuns(options, (seed) => killAgainAndAgain(seed, KILLS_A_RUN, tally));
  const sentence = `${tally.kills} kills left ${tally.interrupted} requests without an answer; ${tally.acknowledged} blobs and words that were acknowledged were all there, once, with ${tally.expanded} expansions and ${tally.files} compiled files`;
  return { ...outcome, figures: [...figures, sentence] };
};

/** Writes by many at once to one server that is killed so many times. @throws Error for whatever was lost or doubled */
export async function killAgainAndAgain(seed: number, kills: number, tally: Tally): Promise<void> {
  const random = createRandom(seed);
  const processes = random.chance(0.5);
  const server = createKilledServer({ RECTO_WORKERS: processes ? 'text-expansion,book-compiler' : 'none' });
  try {
    await server.start();
    const users: User[] = [];
    for (let index = 0; index < USERS; index += 1) users.push(await signUp(server, `author${index}@example.org`));
    const writers = users.flatMap((user, index) => createWriters({ server, random, name: `u${index}`, processes, ...user }));
    await writeThroughKills(server, random, writers, { kills, tally });
    for (const user of users) checkPulled(await pullAll(server, user, 1 + random.below(200)), writers.filter(({ userId }) => userId === user.userId));
    const made = processes ? await checkMade(server, users) : { drafts: 0, files: 0 };
    tally.expanded += made.drafts;
    tally.files += made.files;
    tally.interrupted += server.interrupted;
    tally.acknowledged += writers.reduce((sum, { acknowledged, words }) => sum + acknowledged.size + words.length, 0);
    await server.stop();
    checkDatabase(server.dataDir, writers);
  } finally {
    await server.remove();
  }
}

async function writeThroughKills(server: KilledServer, random: Random, writers: readonly Writer[], { kills, tally }: { kills: number; tally: Tally }): Promise<void> {
  let isOver = false;
  let failure: unknown;
  const writing = Promise.all(writers.map((writer) => writer.write(() => isOver || failure !== undefined))).catch((error: unknown) => {
    failure = error ?? new Error('a writer failed');
  });
  for (let killed = 0; killed < kills && failure === undefined; killed += 1) {
    await Promise.race([server.answers(random.below(MOST_ANSWERS)), writing]);
    await sleep(random.below(LONGEST_MOMENT_MS));
    if (failure !== undefined) break;
    await Promise.race([server.kill(writers.length), writing]);
    tally.kills += 1;
    if (failure === undefined) checkDatabase(server.dataDir, writers);
    await server.start();
  }
  isOver = true;
  await writing;
  if (failure !== undefined) throw failure;
}

async function signUp(server: KilledServer, email: string): Promise<User> {
  const answer = await server.send('POST', ROUTES.register.path, { email, password: PASSWORD }, null);
  if (answer?.status !== 201) throw new Error(`A sign-up was answered with ${JSON.stringify(answer)}`);
  return { userId: String(answer.body['user_id']), token: String(answer.body['access_token']) };
}
