import type { Worker } from 'node:worker_threads';
import { runBurstAcceptance } from './burst.acceptance.ts';

const KILLS = 8;
const KILL_EVERY_MS = 300;

/** Threads of this process run the jobs; while they do, one after the other is killed. */
runBurstAcceptance('in the process', async (random) => {
  const threads = new Set<Worker>();
  const note = (thread: Worker): void => {
    threads.add(thread);
    thread.once('exit', () => threads.delete(thread));
  };
  const kill = async (): Promise<void> => {
    const victim = [...threads][Math.floor(random() * threads.size)];
    await victim?.terminate();
  };
  let kills = 0;
  const timer = setInterval(() => void (kills++ < KILLS ? kill() : clearInterval(timer)), KILL_EVERY_MS);
  process.on('worker', note);
  return {
    settings: {},
    start: async () => {},
    harm: kill,
    close: async () => {
      clearInterval(timer);
      process.off('worker', note);
    },
  };
});
