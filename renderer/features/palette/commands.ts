/** The one registry of what can be done: name, key, and how. The palette, the key sheet and the keyboard read it. */
import { createContext, useContext, useEffect, useRef, useSyncExternalStore } from 'react';
import { matchesKey } from './keys.ts';

export interface Command {
  /** Unique, such as `chapter.add`. */
  id: string;
  /** As people call it: 'Add a chapter'. */
  name: string;
  /** Where it stands in the palette and the key sheet. */
  group?: string;
  /** `Mod` is Ctrl, and Cmd on a Mac: 'Mod+K', 'Alt+ArrowUp', 'F11', '?'. Several ways: 'Mod+K|F1'. */
  key?: string;
  /** False: the key is left alone while text is being typed. Keys with no modifier always are. */
  inText?: boolean;
  /** A selector: the key works only while the focus is in there. */
  within?: string;
  /** Words that find it in the palette beside its name. */
  keywords?: string[];
  /** True: it can't be done now; it is not listed and its key does nothing. */
  disabled?: boolean;
  run(): void | Promise<void>;
}

export interface CommandRegistry {
  /** @returns how to take them out again */
  add(commands: readonly Command[]): () => void;
  /** What can be done now; a later registration of the same id stands for an earlier one. */
  list(): readonly Command[];
  subscribe(listener: () => void): () => void;
  /** Runs the command whose key this is. True: there was one. */
  handleKey(event: KeyboardEvent): boolean;
  /** Runs a command by its id, as a menu does. False: it can't be done now. */
  run(id: string): boolean;
}

/** @param onError gets what a command threw */
export function createCommandRegistry(onError: (error: unknown) => void): CommandRegistry {
  const groups = new Set<readonly Command[]>();
  const listeners = new Set<() => void>();
  let listed: readonly Command[] = [];
  const refresh = (): void => {
    const byId = new Map<string, Command>();
    for (const group of groups) for (const command of group) byId.set(command.id, command);
    listed = [...byId.values()].filter((command) => !command.disabled);
    for (const listener of listeners) listener();
  };
  return {
    add(commands) {
      groups.add(commands);
      refresh();
      return () => {
        groups.delete(commands);
        refresh();
      };
    },
    list: () => listed,
    subscribe(listener) {
      listeners.add(listener);
      return () => listeners.delete(listener);
    },
    handleKey(event) {
      const command = listed.find((candidate) => candidate.key && isWithin(event.target, candidate.within) && matchesKey(event, candidate.key, candidate.inText));
      if (!command) return false;
      runCommand(command, onError);
      return true;
    },
    run(id) {
      const command = listed.find((candidate) => candidate.id === id);
      if (command) runCommand(command, onError);
      return command !== undefined;
    },
  };
}

function isWithin(target: EventTarget | null, selector: string | undefined): boolean {
  return !selector || (target instanceof Element && target.closest(selector) !== null);
}

/** Runs a command; what it throws, now or later, goes to `onError`. */
export function runCommand(command: Command, onError: (error: unknown) => void): void {
  void (async () => command.run())().catch(onError);
}

/** In groups, in the order in which they were registered. */
export function groupCommands(commands: readonly Command[]): [string, Command[]][] {
  const groups = new Map<string, Command[]>();
  for (const command of commands) {
    const name = command.group ?? 'Recto';
    groups.set(name, [...(groups.get(name) ?? []), command]);
  }
  return [...groups];
}

const RegistryContext = createContext<CommandRegistry | null>(null);
export const CommandRegistryProvider = RegistryContext.Provider;

/** For what runs commands by their ids; screens add theirs with useCommands. */
export function useCommandRegistry(): CommandRegistry {
  const registry = useContext(RegistryContext);
  if (!registry) throw new Error('useCommandRegistry outside of CommandRegistryProvider');
  return registry;
}

/** Commands that exist while the caller is on screen. `run` is always the latest render's. */
export function useCommands(commands: readonly Command[]): void {
  const registry = useCommandRegistry();
  const latest = useRef(commands);
  useEffect(() => {
    latest.current = commands;
  });
  // Registered anew only when what is listed differs: `run` is a new function at each render.
  const shape = JSON.stringify(commands.map(({ run: _run, ...listed }) => listed));
  useEffect(() => {
    const listed = JSON.parse(shape) as Omit<Command, 'run'>[];
    const live = listed.map((command) => ({ ...command, run: () => latest.current.find((candidate) => candidate.id === command.id)?.run() }));
    return registry.add(live);
  }, [registry, shape]);
}

export function useCommandList(): readonly Command[] {
  const registry = useCommandRegistry();
  return useSyncExternalStore(registry.subscribe, registry.list);
}
