/** What the system says to open: arguments of this start, or of a second one that handed them over. */
import { resolve } from 'node:path';
import { isLink } from './links.ts';

export interface StartArguments {
  arguments: string[];
  /** Where relative paths begin. */
  folder: string;
}

export type OpenRequest = { kind: 'link'; link: string } | { kind: 'path'; path: string };

/** More are a mistake of whoever started it. */
const MOST = 100;

/**
 * @param argv the whole command line
 * @param isPackaged else `electron <app's folder>` comes first, with switches of Electron's before the folder
 */
export function findArguments(argv: readonly string[], isPackaged: boolean): string[] {
  const given = argv.slice(1);
  if (isPackaged) return given;
  const folder = given.findIndex((argument) => !argument.startsWith('-'));
  return folder < 0 ? [] : given.slice(folder + 1);
}

/** Links and paths, in their order; switches, of Chromium's and ours, are nothing to open. */
export function parseArguments({ arguments: list, folder }: StartArguments): OpenRequest[] {
  return list
    .filter((argument) => argument !== '' && !argument.startsWith('-') && !argument.includes('\0'))
    .slice(0, MOST)
    .map((argument) => (isLink(argument) ? { kind: 'link', link: argument } : { kind: 'path', path: resolve(folder, argument) }));
}

/** What another start handed over, if it has the shape: any program of this user's can send it. */
export function readHandedOver(data: unknown): StartArguments | null {
  if (typeof data !== 'object' || data === null) return null;
  const { arguments: list, folder } = data as Record<string, unknown>;
  if (typeof folder !== 'string' || !Array.isArray(list) || !list.every((item) => typeof item === 'string')) return null;
  return { arguments: list, folder };
}
