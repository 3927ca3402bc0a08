/** What all parts share: members that are not there throw by name, and events that a listener can prevent. */
import { EventEmitter } from 'node:events';

/** Asked of any object by Node, promises and test tools: not being there is the answer. */
const PROBED: ReadonlySet<string> = new Set(['then', 'toJSON', 'nodeType', 'asymmetricMatch', 'inspect', 'domain', 'constructor', '$$typeof']);

/** A prototype's end on which whatever was not found before throws with its name. */
export function throwOnMissing(name: string, base: object): object {
  return new Proxy(base, {
    get(target, key, receiver): unknown {
      if (typeof key === 'symbol' || key in target || PROBED.has(key)) return Reflect.get(target, key, receiver);
      throw new Error(`The stand-in has no ${name}.${key}`);
    },
  });
}

/**
 * A module of Electron's API: those of its members that are implemented, checked against electron.d.ts, on an
 * EventEmitter; the others throw by name.
 */
export function standIn<T extends object>(name: string, members: Partial<T>): T {
  const module = new EventEmitter();
  Object.defineProperties(module, Object.getOwnPropertyDescriptors(members));
  return Object.setPrototypeOf(module, throwOnMissing(name, EventEmitter.prototype)) as T;
}

export interface PreventableEvent {
  readonly defaultPrevented: boolean;
  preventDefault(): void;
}

/** An event as Electron's listeners get it, with what it says besides. */
export function createEvent<T extends object>(details?: T): PreventableEvent & T {
  let prevented = false;
  return Object.assign(Object.create({
    get defaultPrevented() {
      return prevented;
    },
    preventDefault() {
      prevented = true;
    },
  }) as PreventableEvent, details as T);
}

/** Emits an event of Electron's; its listeners are typed for a program, not for who emits. @returns whether one prevented it */
export function emitPreventable(emitter: object, name: string, details: object = {}, ...args: unknown[]): boolean {
  const event = createEvent(details);
  (emitter as EventEmitter).emit(name, event, ...args);
  return event.defaultPrevented;
}

export function emit(emitter: object, name: string, ...args: unknown[]): void {
  (emitter as EventEmitter).emit(name, ...args);
}
