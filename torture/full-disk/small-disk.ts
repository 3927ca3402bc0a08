import { spawn, spawnSync, type ChildProcess } from 'node:child_process';
import { once } from 'node:events';
import { rmSync, statfsSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { MAIN } from '#sync-server/test-support/child-server.ts';
import { findStayingPort } from '#sync-server/test-support/staying-port.ts';

/** A server on a disk of its own that is small: a tmpfs, which is gone with it. */
export interface SmallDiskServer {
  readonly url: string;
  /** The disk, seen from here. */
  readonly folder: string;
  readonly stderr: string;
  /** Leaves so many bytes free, by one large file. */
  leave(bytes: number): void;
  /** Makes room again. */
  makeRoom(): void;
  start(): Promise<void>;
  /** @returns the code that the server ended with */
  end(signal: NodeJS.Signals): Promise<number>;
  /** The disk is gone then. */
  remove(): Promise<void>;
}

/** Each makes a world of mounts of its own, and in it the shell that is its argument; the first that may is taken. */
const WAYS: readonly (readonly string[])[] = [
  ['unshare', '--user', '--map-root-user', '--mount', 'sh', '-c'],
  ['unshare', '--mount', 'sh', '-c'],
];
const MOUNT_POINT = '/mnt';
const mount = (bytes: number): string => `mount -t tmpfs -o size=${bytes},mode=0777 recto ${MOUNT_POINT}`;

/** How a small disk is had here; undefined: not at all. */
export function findWay(): readonly string[] | undefined {
  return WAYS.find(([command, ...args]) => spawnSync(command!, [...args, mount(1024 * 1024)]).status === 0);
}

export async function startOnSmallDisk(way: readonly string[], bytes: number, env: Record<string, string>): Promise<SmallDiskServer> {
  // The shell holds the disk; servers come and go in it. What the parent writes to it is a command line.
  const [command, ...args] = way;
  const shell = spawn(command!, [...args, `${mount(bytes)} && echo ready && while read -r line; do eval "$line"; done`], { env: { ...cleanEnv(), ...env, RECTO_DATA_DIR: `${MOUNT_POINT}/data` }, stdio: 'pipe' });
  const heard = { stdout: '', stderr: '' };
  for (const stream of ['stdout', 'stderr'] as const) shell[stream]!.on('data', (chunk) => (heard[stream] += String(chunk)));
  const hear = createListener(shell, heard);
  await hear(/ready/);
  const folder = `/proc/${shell.pid}/root${MOUNT_POINT}`;
  // Always at the address that its clients know.
  const port = await findStayingPort();
  let server = { url: '', pid: 0 };
  let isRunning = false;
  const start = async (): Promise<void> => {
    heard.stdout = '';
    isRunning = true;
    shell.stdin!.write(`RECTO_PORT=${port} "${process.execPath}" "${MAIN}" & echo "pid $!"; wait $!; echo "ended $?"\n`);
    const pid = Number((await hear(/pid (\d+)/))[1]);
    server = { pid, url: (await hear(/http:\/\/127\.0\.0\.1:\d+/))[0] };
  };
  const end = async (signal: NodeJS.Signals): Promise<number> => {
    isRunning = false;
    process.kill(server.pid, signal);
    return Number((await hear(/ended (\d+)/))[1]);
  };
  await start();
  const ballast = join(folder, 'ballast');
  return {
    folder,
    get url() {
      return server.url;
    },
    get stderr() {
      return heard.stderr;
    },
    leave: (left) => {
      const { bavail, bsize } = statfsSync(folder);
      try {
        writeFileSync(ballast, Buffer.alloc(Math.max(0, bavail * bsize - left)));
      } catch (error) {
        // The server was quicker: there is nothing left.
        if ((error as NodeJS.ErrnoException).code !== 'ENOSPC') throw error;
      }
    },
    makeRoom: () => rmSync(ballast, { force: true }),
    start,
    end,
    remove: async () => {
      if (isRunning) await end('SIGKILL');
      shell.stdin!.end();
      await once(shell, 'close');
    },
  };
}

/** Waits for what the shell or its server says; fails when the shell is gone. */
function createListener(shell: ChildProcess, heard: { stdout: string; stderr: string }): (pattern: RegExp) => Promise<RegExpExecArray> {
  return (pattern) =>
    new Promise((resolve, reject) => {
      const look = (): void => {
        const found = pattern.exec(heard.stdout);
        if (!found && !/ended \d+/.test(heard.stdout)) return;
        shell.stdout!.off('data', look);
        shell.off('close', fail);
        if (found) resolve(found);
        else reject(new Error(`The server ended: ${heard.stdout}${heard.stderr}`));
      };
      const fail = (): void => reject(new Error(`The disk is gone: ${heard.stderr}`));
      shell.stdout!.on('data', look);
      shell.once('close', fail);
      look();
    });
}

function cleanEnv(): NodeJS.ProcessEnv {
  return Object.fromEntries(Object.entries(process.env).filter(([name]) => !/^(RECTO|NODE|VITEST)/.test(name)));
}
