/** requestSingleInstanceLock over processes: a lock file in userData, and a socket over which a second instance speaks to the first. */
import { createHash } from 'node:crypto';
import { closeSync, openSync, readFileSync, rmSync, writeSync } from 'node:fs';
import { connect, createServer, type Server } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';

export interface SecondInstance {
  argv: string[];
  folder: string;
  data: unknown;
}

export interface InstanceLock {
  readonly isHeld: boolean;
  /** Of a second instance: what it had to say was taken. */
  readonly delivered: Promise<void>;
  release(): void;
}

/** Who holds a lock: a number alone could by now be another process's. */
interface Holder {
  pid: number;
  startedAt: string;
}

export function takeInstanceLock(userData: string, data: unknown, onSecond: (second: SecondInstance) => void): InstanceLock {
  const file = join(userData, 'SingletonLock.json');
  // A socket's path is short by necessity, userData's is not.
  const socket = join(tmpdir(), `stand-in-${createHash('sha256').update(userData).digest('hex').slice(0, 24)}.sock`);
  if (!createLockFile(file)) return { isHeld: false, delivered: deliver(socket, { argv: process.argv, folder: process.cwd(), data }), release: () => undefined };
  rmSync(socket, { force: true });
  const server = listen(socket, onSecond);
  return {
    isHeld: true,
    delivered: Promise.resolve(),
    release() {
      server.close();
      rmSync(socket, { force: true });
      rmSync(file, { force: true });
    },
  };
}

function createLockFile(file: string): boolean {
  try {
    const descriptor = openSync(file, 'wx');
    writeSync(descriptor, JSON.stringify({ pid: process.pid, startedAt: readStart(process.pid) } satisfies Holder));
    closeSync(descriptor);
    return true;
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code !== 'EEXIST') throw error;
  }
  if (isAlive(file)) return false;
  rmSync(file, { force: true });
  return createLockFile(file);
}

function isAlive(file: string): boolean {
  const text = readFileSync(file, 'utf8');
  if (text === '') return false; // it died between making it and writing it
  const { pid, startedAt } = JSON.parse(text) as Holder;
  return readStart(pid) === startedAt;
}

/** When a process began; null: there is none of this number. */
function readStart(pid: number): string {
  try {
    // Linux: field 22 of /proc/<pid>/stat; the name before it may hold spaces.
    if (process.platform === 'linux') return readFileSync(`/proc/${pid}/stat`, 'utf8').split(') ').at(-1)!.split(' ')[19]!;
    process.kill(pid, 0);
    return 'running';
  } catch {
    return 'none'; // no such process is the answer
  }
}

function listen(socket: string, onSecond: (second: SecondInstance) => void): Server {
  const server = createServer({ allowHalfOpen: true }, (connection) => {
    let text = '';
    connection.setEncoding('utf8');
    connection.on('data', (chunk: string) => (text += chunk));
    connection.on('end', () => {
      connection.end('taken');
      onSecond(JSON.parse(text) as SecondInstance);
    });
  });
  server.listen(socket);
  server.unref();
  return server;
}

function deliver(socket: string, second: SecondInstance): Promise<void> {
  return new Promise((resolve) => {
    const connection = connect(socket, () => connection.end(JSON.stringify(second)));
    connection.resume();
    connection.once('close', () => resolve());
    // The first one is going at this moment: then there is nobody to tell.
    connection.once('error', () => resolve());
  });
}
