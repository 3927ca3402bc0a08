import { fork, type ChildProcess } from 'node:child_process';
import { once } from 'node:events';
import { fileURLToPath } from 'node:url';
import { RectoError, type FieldError } from '#schemas/errors.ts';
import { checkDefinition } from './check-definition.ts';
import type { FromValidator, ToValidator, ValidatorAnswer } from './validator-messages.ts';

/** Compiles and applies schemas that were learnt at run time, where they can hold nothing up. */
export interface SchemaValidator {
  /** What keeps a definition from being registered; empty when nothing does. */
  findDefinitionErrors(definition: unknown): Promise<FieldError[]>;
  /**
   * What is wrong with the data; a schema that can't be applied in its time is one more thing that is wrong.
   * @param key stands for the definition, which must not change under it
   * @throws RectoError unavailable: too much waits already, this schema was too slow several times of late, or the server is stopping
   */
  findDataErrors(key: string, definition: unknown, data: unknown): Promise<FieldError[]>;
  /** The parser's time grows with the square of some texts' length: it is elsewhere, too. @throws RectoError malformed, unavailable */
  parseYaml(yaml: string): Promise<unknown>;
  close(): Promise<void>;
}

const SCRIPT = new URL('./validator-process.ts', import.meta.url);
/** A chapter of 1,000,000 characters takes some 20 ms; a crowded computer many times that, and its words must not be refused for it. */
const VALIDATE_MS = 5_000;
/** An analysis of patterns takes longer, and administrators are few. */
const CHECK_MS = 10_000;
const PARSE_MS = 3_000;
/** Starting the process loads ajv; that is no schema's fault. */
const START_MS = 30_000;
const MAX_HEAP_MB = 256;
const MAX_WAITING = 10_000;
/** A schema that was too slow so often is asked nothing for a while: others wait in the same queue. */
const MAX_STRIKES = 3;
const REST_MS = 30_000;

interface Question {
  message: ToValidator;
  limitMs: number;
  answer(answer: ValidatorAnswer): void;
  refuse(error: RectoError): void;
}

/** Data waits for no definition: an administrator's schema can be long in the looking at. */
export function createSchemaValidator(limits: { validateMs?: number; checkMs?: number } = {}): SchemaValidator {
  const definitions = createLane();
  const data = createLane();
  return {
    findDefinitionErrors: async (definition) => {
      const errors = checkDefinition(definition);
      return errors.length > 0 ? errors : (await definitions.ask({ type: 'check', definition }, limits.checkMs ?? CHECK_MS)).errors;
    },
    findDataErrors: async (key, definition, value) => (await data.ask({ type: 'validate', key, definition, data: value }, limits.validateMs ?? VALIDATE_MS)).errors,
    parseYaml: async (yaml) => {
      const { errors: [error], value } = await definitions.ask({ type: 'parse', yaml }, PARSE_MS);
      if (error) throw new RectoError('malformed', `The body is not YAML that can be read: ${error.message}`);
      return value;
    },
    close: async () => {
      await Promise.all([definitions.close(), data.close()]);
    },
  };
}

/** What is wrong with what took its process's time or memory. */
const LATE: Record<ToValidator['type'], string> = { check: 'takes too long to compile', validate: 'can’t be checked in time by its schema', parse: 'it takes too long' };

interface Lane {
  /** @throws RectoError unavailable */
  ask(message: ToValidator, limitMs: number): Promise<ValidatorAnswer>;
  close(): Promise<void>;
}

/** One process and a queue. A question that hangs or floods its process dies with it, and the next one gets a new process. */
function createLane(): Lane {
  const queue: Question[] = [];
  const strikes = createStrikes();
  let worker: ValidatorProcess | null = null;
  let busy = false;
  let closed = false;

  const answer = async ({ message, limitMs, answer: tell, refuse }: Question): Promise<void> => {
    const key = message.type === 'validate' ? message.key : null;
    if (closed) return refuse(stopping());
    if (key !== null && strikes.areTooMany(key)) {
      return refuse(new RectoError('unavailable', 'Data of this schema takes too long to be checked: try again in a while.', { retryAfterMs: REST_MS }));
    }
    // One that died while nothing was asked of it.
    if (worker && !worker.isAlive) worker = null;
    worker ??= new ValidatorProcess();
    const found = await worker.ask(message, limitMs);
    if (found) return tell(found);
    await worker.end();
    worker = null;
    // A process that was ended with the server is no schema's fault.
    if (closed) return refuse(stopping());
    if (key !== null) strikes.count(key);
    tell({ errors: [{ path: '/', message: LATE[message.type] }] });
  };
  const pump = async (): Promise<void> => {
    if (busy) return;
    busy = true;
    for (let question = queue.shift(); question; question = queue.shift()) {
      try {
        await answer(question);
      } catch (error) {
        // Such as data that can't be handed to a process.
        question.refuse(RectoError.from(error, 'internal'));
      }
    }
    busy = false;
  };
  return {
    ask: (message, limitMs) => {
      if (closed) throw stopping();
      if (queue.length >= MAX_WAITING) throw new RectoError('unavailable', 'Too much waits to be checked: try again in a moment.', { retryAfterMs: 1_000 });
      return new Promise((tell, refuse) => {
        queue.push({ message, limitMs, answer: tell, refuse });
        void pump();
      });
    },
    close: async () => {
      closed = true;
      await worker?.end();
    },
  };
}

/** How often a schema was too slow of late. */
function createStrikes(): { count(key: string): void; areTooMany(key: string): boolean } {
  const times = new Map<string, number[]>();
  const recent = (key: string): number[] => (times.get(key) ?? []).filter((time) => performance.now() - time < REST_MS);
  return {
    count: (key) => void times.set(key, [...recent(key), performance.now()]),
    areTooMany: (key) => times.has(key) && recent(key).length >= MAX_STRIKES,
  };
}

const stopping = (): RectoError => new RectoError('unavailable', 'The server is stopping.');

/** A process that answers one question at a time; null: it did not in time, or died of it. */
class ValidatorProcess {
  readonly #child: ChildProcess = fork(fileURLToPath(SCRIPT), { execArgv: [`--max-old-space-size=${MAX_HEAP_MB}`], serialization: 'advanced', stdio: ['ignore', 'ignore', 'ignore', 'ipc'] });
  readonly #ready: Promise<void>;
  readonly #ended: Promise<unknown>;
  readonly #known = new Set<string>();
  #settle: (answer: ValidatorAnswer | null) => void = () => {};

  constructor() {
    // The server may end while it is idle; it ends with the server.
    this.#child.unref();
    this.#child.channel?.unref();
    this.#ready = new Promise((resolve) => {
      this.#child.on('message', (message) => {
        const answer = message as FromValidator;
        if (answer.type === 'ready') resolve();
        else this.#settle(answer);
      });
    });
    this.#ended = once(this.#child, 'exit');
    this.#child.on('error', () => this.#settle(null));
    this.#child.on('exit', () => this.#settle(null));
  }

  get isAlive(): boolean {
    return this.#child.connected && this.#child.exitCode === null && this.#child.signalCode === null;
  }

  async ask(message: ToValidator, limitMs: number): Promise<ValidatorAnswer | null> {
    let timer: NodeJS.Timeout | undefined;
    const answered = new Promise<ValidatorAnswer | null>((resolve) => (this.#settle = resolve));
    const late = (ms: number): void => {
      clearTimeout(timer);
      timer = setTimeout(() => this.#settle(null), ms);
    };
    late(START_MS);
    void this.#ready.then(() => late(limitMs));
    this.#child.send(this.#withoutKnown(message), (error) => error && this.#settle(null));
    const answer = await answered;
    clearTimeout(timer);
    return answer;
  }

  async end(): Promise<void> {
    if (this.isAlive && this.#child.kill('SIGKILL')) await this.#ended;
  }

  #withoutKnown(message: ToValidator): ToValidator {
    if (message.type !== 'validate') return message;
    const { definition, ...rest } = message;
    if (this.#known.has(message.key)) return rest;
    this.#known.add(message.key);
    return { ...rest, definition };
  }
}
