/** utilityProcess.fork: a real child process of Node's, with process.parentPort and ports from main. */
import { fork, type ChildProcess } from 'node:child_process';
import { EventEmitter } from 'node:events';
import type { ForkOptions, MessagePortMain, UtilityProcess } from 'electron';
import { RemotePorts } from './message-ports.ts';
import { throwOnMissing } from './stand-in.ts';

/** What main and its child say to each other. */
export type ChildMessage = { kind: 'message'; message: unknown; ports: string[] } | { kind: 'port'; id: string; message: unknown } | { kind: 'port-close'; id: string };

class UtilityProcessStandIn extends EventEmitter implements Pick<UtilityProcess, 'pid' | 'stdout' | 'stderr' | 'postMessage' | 'kill'> {
  pid: number | undefined;
  readonly stdout: UtilityProcess['stdout'];
  readonly stderr: UtilityProcess['stderr'];
  readonly #child: ChildProcess;
  readonly #ports: RemotePorts;

  constructor(modulePath: string, args: string[], options: ForkOptions) {
    super();
    const [, out = 'inherit', err = 'inherit'] = Array.isArray(options.stdio) ? options.stdio : ['ignore', options.stdio ?? 'inherit', options.stdio ?? 'inherit'];
    const entry = new URL('./utility-entry.ts', import.meta.url).href;
    this.#child = fork(modulePath, args, {
      execPath: process.execPath,
      execArgv: [...(options.execArgv ?? []), '--import', entry],
      serialization: 'advanced',
      stdio: ['ignore', out as 'inherit', err as 'inherit', 'ipc'],
      ...(options.cwd !== undefined && { cwd: options.cwd }),
      env: (options.env as NodeJS.ProcessEnv | undefined) ?? process.env,
    });
    this.stdout = this.#child.stdout;
    this.stderr = this.#child.stderr;
    this.pid = undefined;
    this.#ports = new RemotePorts({ sendToPort: (id, message) => this.#tell({ kind: 'port', id, message }), closePort: (id) => this.#tell({ kind: 'port-close', id }) });
    this.#child.once('spawn', () => {
      this.pid = this.#child.pid;
      running.set(this.#child.pid!, options.serviceName ?? 'Node Utility Process');
      this.emit('spawn');
    });
    this.#child.on('message', (message) => this.#hear(message as ChildMessage));
    this.#child.once('error', (error) => process.stderr.write(`utilityProcess: ${error.message}\n`));
    this.#child.once('exit', (code, signal) => {
      this.pid = undefined;
      running.delete(this.#child.pid!);
      this.#ports.closeAll();
      // Chromium's exit code of a process that a signal ended is the signal's number.
      this.emit('exit', code ?? SIGNALS[signal!] ?? 1);
    });
  }

  postMessage(message: unknown, transfer: MessagePortMain[] = []): void {
    const { ids, release } = this.#ports.handOver(transfer);
    this.#tell({ kind: 'message', message, ports: ids });
    release();
  }

  kill(): boolean {
    return this.#child.kill('SIGTERM');
  }

  #tell(message: ChildMessage): void {
    // A child that is gone hears nothing; its exit says so.
    if (this.#child.connected) this.#child.send(message, () => undefined);
  }

  #hear(message: ChildMessage): void {
    if (message.kind === 'port') this.#ports.deliver(message.id, message.message);
    else if (message.kind === 'port-close') this.#ports.close(message.id);
    else this.emit('message', message.message);
  }
}
Object.setPrototypeOf(UtilityProcessStandIn.prototype, throwOnMissing('UtilityProcess', EventEmitter.prototype));

const SIGNALS: Record<string, number> = { SIGHUP: 1, SIGINT: 2, SIGABRT: 6, SIGKILL: 9, SIGSEGV: 11, SIGTERM: 15 };

/** Those that run now, as Chromium's task list has them. */
const running = new Map<number, string>();

/** For app.getAppMetrics: which utility processes there are, by their service's name. */
export const listUtilityProcesses = (): { pid: number; type: 'Utility'; serviceName: string; name: string }[] =>
  [...running].map(([pid, name]) => ({ pid, type: 'Utility', serviceName: 'node.mojom.NodeService', name }));

export const utilityProcess = {
  fork: (modulePath: string, args: string[] = [], options: ForkOptions = {}): UtilityProcess => new UtilityProcessStandIn(modulePath, args, options) as unknown as UtilityProcess,
};
