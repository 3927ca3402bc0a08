/** The processes in which processors run, beside the window. Their runs go straight to the window; only keys are asked for here. */
import type { ForkOptions, MessageChannelMain, MessagePortMain, WebContents } from 'electron';
import type { FromUtilityProcess, ToUtilityProcess } from '#processors/hosts/utility-process-messages.ts';
import { RectoError } from '#schemas/errors.ts';
import { PROCESSOR_PORT } from '#schemas/ipc.ts';
import type { Handlers } from './ipc.ts';
import type { ProviderAccess } from './models/provider-access.ts';

/** Electron's UtilityProcess, as far as it is used. */
export interface HostProcess {
  /** None before it has started, and none when it has ended. */
  readonly pid: number | undefined;
  on(event: 'spawn', listener: () => void): unknown;
  on(event: 'message', listener: (message: unknown) => void): unknown;
  on(event: 'exit', listener: (code: number) => void): unknown;
  postMessage(message: unknown, transfer?: MessagePortMain[]): void;
  kill(): boolean;
}

export interface ProcessorHostParts {
  /** `utilityProcess.fork` */
  fork(script: string, args: string[], options: ForkOptions): HostProcess;
  createChannel(): MessageChannelMain;
  /** The built processors/hosts/node/utility-process-entry.ts. */
  entryFile: string;
  access: ProviderAccess;
  /** A process ended that was not asked to. There is no text of the author's in what is told. */
  onCrash(crash: { exitCode: number }): void;
  env?: Readonly<Record<string, string | undefined>>;
}

/** A window runs a few at a time; one that wants more is out of order. */
const MAX_HOSTS = 8;
/** A process that was asked to end and has not is killed. */
const END_MS = 2_000;
/** What a process needs of the system to work at all. Everything else of the environment, and with it any secret, stays out. */
const ENVIRONMENT = ['SystemRoot', 'windir', 'TEMP', 'TMP', 'TMPDIR', 'LANG', 'LC_ALL', 'TZ', 'NODE_EXTRA_CA_CERTS'];

/** SIGTERM and SIGKILL, as the status of waitpid and as a shell's exit code. */
const ENDED_BY_US: ReadonlySet<number> = new Set([9, 15, 137, 143]);

interface Host {
  child: HostProcess;
  contents: WebContents;
}

/** None is started anew by itself: the window's runner asks for another, and takes the job up again. */
export function createProcessorHandlers(parts: ProcessorHostParts): Pick<Handlers, 'processors.start-host' | 'processors.stop-host'> {
  const hosts = new Map<number, Host>();
  const watched = new WeakSet<WebContents>();
  let nextId = 1;

  const stop = (hostId: number): void => {
    const host = hosts.get(hostId);
    hosts.delete(hostId);
    if (host) endProcess(host.child);
  };
  const stopAllOf = (contents: WebContents): void => {
    for (const [hostId, host] of hosts) if (host.contents === contents) stop(hostId);
  };
  const watch = (contents: WebContents): void => {
    if (watched.has(contents)) return;
    watched.add(contents);
    contents.on('destroyed', () => stopAllOf(contents));
    contents.on('render-process-gone', () => stopAllOf(contents));
    contents.on('did-start-navigation', ({ isMainFrame, isSameDocument }) => {
      if (isMainFrame && !isSameDocument) stopAllOf(contents);
    });
  };

  return {
    'processors.start-host'(_input, { window: { webContents: contents } }) {
      if (hosts.size >= MAX_HOSTS) throw new RectoError('unavailable', `${MAX_HOSTS} processors are running already. This one is tried again in a while.`);
      watch(contents);
      const hostId = nextId++;
      const child = parts.fork(parts.entryFile, [], { env: bareEnvironment(parts.env ?? {}), serviceName: 'Recto processors', stdio: 'ignore' });
      hosts.set(hostId, { child, contents });
      child.on('message', (message) => void answer(child, message, parts.access));
      child.on('exit', (exitCode) => {
        // The window may have heard of a crash first, and asked for the end of what was gone: that is one all the same.
        const wasAsked = !hosts.delete(hostId);
        if (exitCode !== 0 && !(wasAsked && ENDED_BY_US.has(exitCode))) parts.onCrash({ exitCode });
      });
      const { port1, port2 } = parts.createChannel();
      tell(child, { type: 'serve' }, [port1]);
      contents.postMessage(PROCESSOR_PORT, { hostId }, [port2]);
      return { hostId };
    },
    'processors.stop-host'({ hostId }) {
      stop(hostId);
      return null;
    },
  };
}

function bareEnvironment(env: Readonly<Record<string, string | undefined>>): Record<string, string> {
  return Object.fromEntries(ENVIRONMENT.flatMap((name) => (env[name] === undefined ? [] : [[name, env[name]]])));
}

function tell(host: HostProcess, message: ToUtilityProcess, ports: MessagePortMain[] = []): void {
  host.postMessage(message, ports);
}

async function answer(host: HostProcess, message: unknown, access: ProviderAccess): Promise<void> {
  if (!isQuestion(message)) return;
  const { askId, baseUrl } = message;
  try {
    tell(host, { type: 'access', askId, key: await access.open(baseUrl) });
  } catch (thrown) {
    tell(host, { type: 'refused', askId, problem: RectoError.from(thrown, 'internal').toProblem() });
  }
}

function isQuestion(message: unknown): message is FromUtilityProcess {
  if (typeof message !== 'object' || message === null) return false;
  const { type, askId, baseUrl } = message as Partial<Record<keyof FromUtilityProcess, unknown>>;
  return type === 'ask-access' && typeof askId === 'number' && typeof baseUrl === 'string';
}

/** Gently first; a process that is stuck in the system itself may not hear of it. */
function endProcess(host: HostProcess): void {
  // One that is being started can't be ended yet (UtilityProcess.kill).
  if (!host.kill()) host.on('spawn', () => host.kill());
  const killHard = setTimeout(() => {
    try {
      if (host.pid !== undefined) process.kill(host.pid, 'SIGKILL');
    } catch {
      // It ended in this moment.
    }
  }, END_MS);
  host.on('exit', () => clearTimeout(killHard));
}
