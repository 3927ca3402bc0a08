/** Processes that play devices. They are used again from run to run, since a start takes longer than a run; one that was killed is gone. */
import { fork, type ChildProcess } from 'node:child_process';
import { once } from 'node:events';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { Answer, Call, CommandName, DeviceCommands } from './commands.ts';

/** How much faster a device's time goes than the wall's. */
export const DEVICE_SPEED = 10;
/** A device that has not answered by then is stuck. */
const ANSWER_WITHIN_MS = 120_000;
const MAX_RUNS = 40;

export interface DeviceProcess {
  /** @throws when the device says so, was killed, or does not answer */
  call<K extends CommandName>(name: K, ...options: Parameters<DeviceCommands[K]>): Promise<Awaited<ReturnType<DeviceCommands[K]>>>;
  /** kill -9. Resolves when it is gone. */
  kill(): Promise<void>;
  /** To be used again: it is closed. */
  release(): void;
}

export interface DevicePool {
  take(): DeviceProcess;
  close(): Promise<void>;
}

export function createDevicePool(): DevicePool {
  const idle: { child: ChildProcess; runs: number }[] = [];
  const all = new Set<ChildProcess>();

  const start = (): { child: ChildProcess; runs: number } => {
    const child = fork(join(import.meta.dirname, 'device-process.ts'), [String(DEVICE_SPEED)], {
      execArgv: [],
      env: { ...process.env, NODE_COMPILE_CACHE: join(tmpdir(), 'recto-torture-code') },
    });
    child.setMaxListeners(0);
    all.add(child);
    child.on('exit', () => all.delete(child));
    return { child, runs: 0 };
  };

  return {
    take: () => {
      const taken = idle.shift() ?? start();
      // The next one that is needed has started by then.
      if (idle.length === 0) idle.push(start());
      return createDeviceProcess(taken.child, () => {
        taken.runs += 1;
        if (taken.runs < MAX_RUNS) idle.push(taken);
        else taken.child.disconnect();
      });
    },
    close: async () => {
      await Promise.all(
        [...all].map(async (child) => {
          child.kill('SIGKILL');
          await once(child, 'exit');
        }),
      );
    },
  };
}

function createDeviceProcess(child: ChildProcess, onRelease: () => void): DeviceProcess {
  let calls = 0;
  return {
    call: (name, ...[options]) =>
      new Promise((resolve, reject) => {
        const id = (calls += 1);
        const end = (settle: () => void): void => {
          clearTimeout(timer);
          child.off('message', onMessage);
          child.off('exit', onExit);
          settle();
        };
        const onMessage = (answer: Answer): void => {
          if (answer.id !== id) return;
          end(() => ('error' in answer ? reject(new Error(`${name}: ${answer.error}`)) : resolve(answer.value as never)));
        };
        const onExit = (): void => end(() => reject(new Error(`${name}: the device was killed`)));
        const timer = setTimeout(() => end(() => reject(new Error(`${name}: no answer in ${ANSWER_WITHIN_MS / 1000} s`))), ANSWER_WITHIN_MS);
        child.on('message', onMessage);
        child.on('exit', onExit);
        child.send({ id, name, options } satisfies Call, (error) => error && end(() => reject(error)));
      }),
    kill: async () => {
      const gone = once(child, 'exit');
      child.kill('SIGKILL');
      await gone;
    },
    release: onRelease,
  };
}
