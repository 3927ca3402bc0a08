/** One run: authors at several devices, everything that can go wrong, then peace, and a look at every word. */
import { join } from 'node:path';
import { mkdirSync, rmSync } from 'node:fs';
import type { Fate, FaultProxy } from '#app/test-support/fault-proxy.ts';
import type { Blob } from '#schemas/blob.ts';
import { createRandom, type Random } from '../random.ts';
import { describeDifferences, findDifferences } from './compare.ts';
import { DEVICE_SPEED } from './device-pool.ts';
import { createPlayer, type Player } from './player.ts';
import { createActMaker, type ActMaker } from './random-acts.ts';
import { DEVICES, type Stage } from './stage.ts';
import { createWordLedger, type WordLedger } from './word-ledger.ts';

/** What was done in all runs. */
export interface Totals {
  words: number;
  acts: number;
  deviceKills: number;
  serverKills: number;
  faults: number;
  signIns: number;
  strictHeals: number;
  /** The most conflicts that one blob of one device met while all healed at once. */
  mostConflicts: number;
}

export function createTotals(): Totals {
  return { words: 0, acts: 0, deviceKills: 0, serverKills: 0, faults: 0, signIns: 0, strictHeals: 0, mostConflicts: 0 };
}

const HEAL_WITHIN_MS = 180_000;
/** The app looks after a chapter that left its book for so long (device time). */
const RESCUED_AFTER_MS = 10_500;
/** One thing that is put back can be why another is, such as a book and a chapter in it; it goes on no longer than that. */
const MAX_PUT_BACKS = 4;

interface Run {
  stage: Stage;
  random: Random;
  players: Player[];
  acts: ActMaker;
  ledger: WordLedger;
  totals: Totals;
  person: { email: string; password: string };
  /** The app puts back by itself, some time after, what one device deleted and another wrote in: an edit, and no merge. */
  hasDeleted: boolean;
  /** Blobs of which each device tells what it wrote, beside those that differ. */
  suspects: string[];
  log(line: string): void;
}

let made = 0;

/** @throws when a word is lost, when devices and server don't come to hold the same, when something waits for ever */
export async function playScenario(stage: Stage, seed: number, totals: Totals): Promise<void> {
  made += 1;
  const folder = join(stage.folder, `run-${made}`);
  mkdirSync(folder);
  const random = createRandom(seed);
  const lines: string[] = [];
  const ledger = createWordLedger();
  const log = (line: string): void => void lines.push(line);
  const person = { email: `author-${made}-${seed}@example.org`, password: 'correct horse battery' };
  const count = random.chance(0.75) ? DEVICES : 2 + random.below(DEVICES - 2);
  const players = Array.from({ length: count }, (_, index) => createPlayer({ stage, index, folder, person, random, ledger, log }));
  const run: Run = { stage, random, players, ledger, totals, log, person, hasDeleted: false, suspects: [], acts: createActMaker(random) };
  try {
    await begin(run);
    await live(run);
    await heal(run);
    await judge(run);
  } catch (thrown) {
    const reason = thrown instanceof Error ? thrown.stack : String(thrown);
    throw new Error(`${reason}\n${await describeState(run)}\n  what was done:\n    ${lines.join('\n    ')}`, { cause: thrown });
  } finally {
    for (const player of players) makePeace(player.proxy);
    await Promise.all(players.map((player) => player.close()));
    totals.words += ledger.safe;
    for (const player of players) totals.signIns += player.signIns;
    rmSync(folder, { recursive: true, force: true });
  }
}

/** An account, a book of two chapters, and all devices have it. */
async function begin({ players, acts }: Run): Promise<void> {
  const [first, ...others] = players as [Player, ...Player[]];
  for (const player of players) makePeace(player.proxy);
  await first.open('sign-up');
  await first.act({ do: 'create-book', title: 'The Book' });
  await first.act({ do: 'add-chapter', book: 0, after: 0, title: 'Chapter 2' });
  for (const chapter of [0, 0.99]) await first.act(acts.filling(first.index, chapter));
  await first.settle();
  await Promise.all(others.map((player) => player.open('sign-in')));
  await Promise.all(others.map((player) => player.settle()));
}

async function live(run: Run): Promise<void> {
  const { random, players, acts, totals, stage, log } = run;
  for (const { proxy } of players) makeTrouble(run, proxy);
  const steps = 20 + random.below(25);
  const kills = random.chance(0.3);
  let serverDown: Promise<void> = Promise.resolve();
  const under: Promise<void>[] = [];
  for (let step = 0; step < steps; step++) {
    const player = random.pick(players);
    const chance = random.fraction();
    if (chance < 0.08) under.push(player.setOnline(random.chance(0.5)));
    else if (chance < 0.12) under.push(player.jumpClock());
    else if (chance < 0.15) under.push(player.restart());
    else if (kills && chance < 0.2) {
      totals.deviceKills += 1;
      under.push(player.killDuring(acts.typing(player.index), random.below(12)));
    } else if (kills && chance < 0.22) {
      totals.serverKills += 1;
      log('server: kill -9');
      serverDown = serverDown.then(() => stage.killServer());
    } else {
      totals.acts += 1;
      const act = acts.any(player.index);
      run.hasDeleted ||= act.do === 'delete-chapter' || act.do === 'delete-book';
      under.push(player.act(act));
    }
    // Some at the same time, some after each other.
    if (random.chance(0.5)) await Promise.all(under.splice(0));
  }
  await Promise.all(under);
  await serverDown;
}

const TROUBLES: readonly Fate[] = ['drop-request', 'drop-reply', 'drop-reply', 'twice', 'again-later', { status: 503, body: { code: 'unavailable' } }];

function makeTrouble({ random, totals }: Run, proxy: FaultProxy): void {
  const share = random.pick([0, 0.15, 0.4]);
  proxy.decide = async () => {
    if (random.chance(share)) await new Promise((resolve) => setTimeout(resolve, random.below(30)));
    if (!random.chance(share)) return 'pass';
    totals.faults += 1;
    return random.pick(TROUBLES);
  };
}

function makePeace(proxy: FaultProxy): void {
  proxy.decide = () => 'pass';
  proxy.seen.length = 0;
  proxy.join();
}

async function heal(run: Run): Promise<void> {
  const { random, players, log } = run;
  log('peace');
  for (const { proxy } of players) {
    proxy.decide = () => 'pass';
    proxy.watch = () => undefined;
  }
  await Promise.all(players.map((player) => player.save()));
  if (random.chance(0.4)) await healOneByOne(run);
  else countConflicts(run);
  await Promise.all(players.map((player) => player.setOnline(true)));
  await converge(run, 0);
  // A chapter that was deleted here and written in there comes back to its book.
  await converge(run, RESCUED_AFTER_MS);
  if (run.hasDeleted) await comeToRest(run);
}

/** What devices put back by themselves ends: none of them undoes what another one did. */
async function comeToRest(run: Run): Promise<void> {
  const { stage, person } = run;
  let before = await stage.readServer(person);
  for (let tries = 1; ; tries += 1) {
    await converge(run, RESCUED_AFTER_MS);
    const now = await stage.readServer(person);
    const changed = [...now.values()].filter((blob) => blob.version !== before.get(blob.id)?.version);
    if (changed.length === 0) return;
    if (tries === MAX_PUT_BACKS) throw new Error(`It does not come to rest:\n${changed.map((blob) => `  ${JSON.stringify(before.get(blob.id))}\n  ${JSON.stringify(blob)}`).join('\n')}`);
    before = now;
  }
}

/**
 * Each device alone with the server, twice: after that nothing is left to merge. What the app puts back by itself, some
 * time after a deletion, is an edit: it has two rounds of its own.
 */
async function healOneByOne(run: Run): Promise<void> {
  const { players, stage, person, totals, hasDeleted } = run;
  for (const player of players) await player.setOnline(false);
  for (let tries = 1; ; tries += 1) {
    for (const round of [1, 2]) await playRound(run, round);
    const server = await stage.readServer(person);
    const differences = await findDifferences(server, players, (blob) => blob?.schema_id !== 'snapshot-v1');
    if (differences.length === 0) {
      if (tries === 1) totals.strictHeals += 1;
      return;
    }
    if (!hasDeleted || tries === MAX_PUT_BACKS) throw new Error(`After two rounds not all is the same:\n${await describeDifferences(server, players, differences)}`);
    await new Promise((resolve) => setTimeout(resolve, RESCUED_AFTER_MS / DEVICE_SPEED));
  }
}

async function playRound({ players, random, log }: Run, round: number): Promise<void> {
  for (const player of players.toSorted(() => random.fraction() - 0.5)) {
    log(`round ${round}: device ${player.index}`);
    await player.setOnline(true);
    checkSettled(player, await player.settle());
    await player.setOnline(false);
  }
}

function countConflicts({ players, totals }: Run): void {
  for (const { proxy } of players) {
    const met = new Map<string, number>();
    proxy.watch = (path, body) => {
      if (!path.includes('/push')) return;
      const { results } = JSON.parse(body.toString()) as { results?: { id: string; status: string }[] };
      for (const { id, status } of results ?? []) {
        if (status !== 'conflict') continue;
        met.set(id, (met.get(id) ?? 0) + 1);
        totals.mostConflicts = Math.max(totals.mostConflicts, met.get(id)!);
      }
    };
  }
}

async function converge({ stage, players, person }: Run, waitMs: number): Promise<void> {
  const deadline = performance.now() + HEAL_WITHIN_MS;
  let wait = waitMs;
  for (;;) {
    for (const player of players) await player.setOnline(true);
    await Promise.all(players.map(async (player) => checkSettled(player, await player.settle(wait))));
    wait = 0;
    const server = await stage.readServer(person);
    const differences = await findDifferences(server, players);
    if (differences.length === 0) return;
    if (performance.now() > deadline) throw new Error(`It does not come to be the same:\n${await describeDifferences(server, players, differences)}`);
  }
}

function checkSettled(player: Player, { state, setAside }: { state: string; setAside: string[] }): void {
  if (setAside.length > 0) throw new Error(`device ${player.index}: the server refused ${setAside.join(', ')}`);
  if (state === 'signed-out') throw new Error(`device ${player.index}: signed out for good`);
}

async function judge(run: Run): Promise<void> {
  const { stage, person, ledger } = run;
  const server = await stage.readServer(person);
  const lost = ledger.findLost(server.values());
  if (lost.length > 0) throw new Error(`Words are lost:\n  ${lost.join('\n  ')}\n${await describeHistories(run, server)}`);
}

/** How each book and text came to be what it is. */
async function describeHistories(run: Run, server: ReadonlyMap<string, Blob>): Promise<string> {
  const blobs = [...server.values()].filter(({ schema_id }) => schema_id === 'book-v1' || schema_id.startsWith('text-input'));
  run.suspects = blobs.map(({ id }) => id);
  const stories = await Promise.all(blobs.map(async (blob) => [blob, ...(await run.stage.readHistory(run.person, blob.id))]));
  return stories.flat().map((blob) => `  ${blob.schema_id} ${blob.id} version ${blob.version}${blob.deleted ? ' (deleted)' : ''}, ${blob.updated_at}: ${JSON.stringify(blob.data['content'] ?? blob.data)}`).join('\n');
}

/** For whoever looks for the reason. */
async function describeState({ stage, person, players, suspects }: Run): Promise<string> {
  try {
    const server = await stage.readServer(person);
    const differences = await findDifferences(server, players);
    const ids = [...suspects, ...differences.flatMap((difference) => difference.ids)];
    const stories = await Promise.all(players.map(async (player) => `  device ${player.index}: ${await player.explain(ids)}`));
    return [await describeDifferences(server, players, differences), ...stories].join('\n');
  } catch (thrown) {
    return `  no more is known: ${String(thrown)}`;
  }
}
