import type { ChildProcess } from 'node:child_process';
import { subscribe, unsubscribe } from 'node:diagnostics_channel';
import { runBurstAcceptance } from './burst.acceptance.ts';

const KILLS = 8;
const KILL_EVERY_MS = 300;

/** Processes of the server's own run the jobs; while they do, one after the other is killed. */
runBurstAcceptance('in the process', async (random) => {
  const children = new Set<ChildProcess>();
  const note = (message: unknown): void => {
    const child = (message as { process: ChildProcess }).process;
    child.once('spawn', () => {
      if (child.spawnargs.some((arg) => arg.endsWith('processor-process.ts'))) children.add(child);
    });
    child.once('exit', () => children.delete(child));
  };
  const kill = async (): Promise<void> => {
    [...children][Math.floor(random() * children.size)]?.kill('SIGKILL');
  };
  let kills = 0;
  const timer = setInterval(() => void (kills++ < KILLS ? kill() : clearInterval(timer)), KILL_EVERY_MS);
  subscribe('child_process', note);
  return {
    settings: {},
    start: async () => {},
    harm: kill,
    close: async () => {
      clearInterval(timer);
      unsubscribe('child_process', note);
    },
  };
});
