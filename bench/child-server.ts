import { spawn } from 'node:child_process';

export interface ChildServer {
  url: string;
  pid: number;
  stop(): Promise<void>;
}

/** Starts a server as a process of its own, as it runs in life. @returns when it has printed its address */
export function startChildServer(script: string, args: string[], env: Record<string, string> = {}): Promise<ChildServer> {
  const child = spawn(process.execPath, [script, ...args], { env: { ...process.env, ...env }, stdio: ['ignore', 'pipe', 'pipe'] });
  let words = '';
  return new Promise((resolve, reject) => {
    child.on('error', reject);
    child.on('exit', (code) => reject(new Error(`${script} ended with ${code}: ${words}`)));
    child.stderr.on('data', (chunk) => (words = (words + String(chunk)).slice(-2000)));
    child.stdout.on('data', (chunk) => {
      words = (words + String(chunk)).slice(-2000);
      const [url] = /http:\/\/127\.0\.0\.1:\d+/.exec(words) ?? [];
      if (!url) return;
      const stop = (): Promise<void> =>
        new Promise((done) => {
          child.removeAllListeners('exit');
          child.on('exit', () => done());
          child.kill('SIGTERM');
        });
      resolve({ url, pid: child.pid ?? 0, stop });
    });
  });
}
