/**
 * A build whose preload hands the page the channel itself: what a renderer could say that broke out of its sandbox, past
 * the bridge. The values are made in the preload's world, since the bridge lets few of them through.
 */
import { appendFileSync, cpSync, mkdirSync, rmSync, symlinkSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { IPC_CALL_CHANNEL } from '#schemas/ipc.ts';

const built = process.env['RECTO_E2E_MAIN'] ?? join(import.meta.dirname, '../../dist/main/main.js');
/** In the project, so that its packages are found. */
const folder = join(import.meta.dirname, '../../.build', `raw-window-${process.pid}`);

/** How main took it: the answer's code, 'answered', or what was thrown before it left the page. */
export type RawOutcome = string;
/** Values that no schema takes, by name. */
export type Oddity = keyof ReturnType<typeof makeOddities>;
export interface RawWindow {
  say(name: unknown, input: unknown): Promise<RawOutcome>;
  sayOdd(name: unknown, oddity: Oddity): Promise<RawOutcome>;
}

/** Runs in the preload; whole in itself. */
function makeOddities() {
  const cycle: { self?: unknown } = {};
  cycle.self = cycle;
  const nest = (depth: number): unknown => {
    let value: unknown = 1;
    for (let at = 0; at < depth; at += 1) value = { nobodyKnows: [value] };
    return value;
  };
  return {
    nothing: () => undefined,
    null: () => null,
    number: () => 7,
    nan: () => Number.NaN,
    string: () => 'text',
    boolean: () => true,
    bigint: () => 7n,
    list: () => [{}],
    extraKey: () => ({ nobodyKnows: 1 }),
    prototype: () => JSON.parse('{"__proto__":{"isAdmin":true}}') as unknown,
    map: () => new Map([['bookId', 'x']]),
    set: () => new Set(['x']),
    date: () => new Date(0),
    pattern: () => /x/g,
    error: () => new Error('x'),
    buffer: () => new ArrayBuffer(8),
    floats: () => new Float64Array(4),
    sparse: () => ({ nobodyKnows: Object.assign([], { length: 1_000_000 }) as unknown }),
    cycle: () => cycle,
    deep: () => nest(500),
    deeper: () => nest(10_000),
    function: () => () => 1,
    long: () => ({ nobodyKnows: 'x'.repeat(10_000_000) }),
    longText: () => 'x'.repeat(10_000_000),
    longKey: () => ({ ['x'.repeat(10_000_000)]: 1 }),
    manyBytes: () => ({ nobodyKnows: new Uint8Array(10_000_000) }),
  };
}

const PRELOAD = `
;(() => {
  const { contextBridge, ipcRenderer } = require('electron');
  const oddities = (${makeOddities.toString()})();
  const say = async (name, input) => {
    try {
      const answer = await ipcRenderer.invoke(${JSON.stringify(IPC_CALL_CHANNEL)}, name, input);
      return answer.ok ? 'answered' : answer.error.code;
    } catch (thrown) {
      return 'thrown: ' + thrown.message;
    }
  };
  contextBridge.exposeInMainWorld('raw', { say, sayOdd: (name, oddity) => say(name, oddities[oddity]()) });
})();
`;

/** @returns its main.js */
export function buildRawWindow(): string {
  mkdirSync(folder, { recursive: true });
  cpSync(dirname(built), join(folder, 'main'), { recursive: true });
  symlinkSync(join(dirname(built), '../renderer'), join(folder, 'renderer'), 'junction');
  appendFileSync(join(folder, 'main/preload.cjs'), PRELOAD);
  return join(folder, 'main/main.js');
}

export function removeRawWindow(): void {
  rmSync(folder, { recursive: true, force: true });
}
