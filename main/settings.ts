/** What this program remembers of itself on this computer: one small JSON file beside the library. No text of the author's, no secret. */
import { closeSync, fsyncSync, mkdirSync, openSync, readFileSync, renameSync, rmSync, writeFileSync } from 'node:fs';
import { basename, dirname } from 'node:path';
import { RectoError } from '#schemas/errors.ts';
import type { Notice } from '#schemas/ipc.ts';

/** Where the window stood, in the screen's own units. */
export interface WindowState {
  x: number;
  y: number;
  width: number;
  height: number;
  maximized: boolean;
  fullScreen: boolean;
}

export interface RecentBook {
  bookId: string;
  title: string;
}

export interface MainSettings {
  windowState?: WindowState;
  /** Where backups go, when the author chose a place. */
  backupFolder?: string;
  /** Origins that the author said yes to. */
  allowedOrigins?: string[];
  /** None, or absent: no spelling is checked, but by a Mac's own checker. */
  spellingLanguages?: string[];
  /** The last one opened comes first. */
  recentBooks?: RecentBook[];
  /** The screens' theme, so that the next window is drawn on the right paper from its first frame. */
  theme?: 'system' | 'day' | 'sepia' | 'night';
  /** Where newer versions are looked for; absent: nowhere. */
  updatesUrl?: string;
  /** The crash report that the author was told of last. */
  lastCrashReport?: string;
}

export interface SettingsFile {
  read(): Readonly<MainSettings>;
  /**
   * Applies at once, and resolves when it is on the disk.
   * @throws RectoError file_unwritable: it holds until the program ends
   */
  change(patch: MainSettings): Promise<void>;
  /** What happened when the file was opened. */
  readonly notices: readonly Notice[];
}

const isText = (value: unknown): boolean => typeof value === 'string';
const isTextList = (value: unknown): boolean => Array.isArray(value) && value.every(isText);
const isRecord = (value: unknown): value is Record<string, unknown> => typeof value === 'object' && value !== null && !Array.isArray(value);

function isWindowState(value: unknown): boolean {
  return isRecord(value) && [value['x'], value['y'], value['width'], value['height']].every(Number.isFinite) && typeof value['maximized'] === 'boolean' && typeof value['fullScreen'] === 'boolean';
}

function isRecentBooks(value: unknown): boolean {
  return Array.isArray(value) && value.every((book) => isRecord(book) && isText(book['bookId']) && isText(book['title']));
}

const CHECKS: { [K in keyof Required<MainSettings>]: (value: unknown) => boolean } = {
  windowState: isWindowState,
  backupFolder: isText,
  allowedOrigins: isTextList,
  spellingLanguages: isTextList,
  recentBooks: isRecentBooks,
  theme: (value) => ['system', 'day', 'sepia', 'night'].includes(value as string),
  updatesUrl: isText,
  lastCrashReport: isText,
};

/**
 * Opens the file, or begins with none. A damaged file is set aside with its time in its name, and a setting of a wrong
 * shape is left out; `notices` says so. Settings of a newer version are kept as they are.
 * @param file an absolute path; its folder is made
 */
export function openSettings(file: string, now: () => Date = () => new Date()): SettingsFile {
  const { settings, notices } = readSettings(file, now);
  let current = settings;
  let writing: Promise<void> = Promise.resolve();
  return {
    notices,
    read: () => current,
    change(patch) {
      current = { ...current, ...patch };
      // One after the other: the last change is the one that stays. A failed one says so to whoever made it.
      const write = writing.catch(() => undefined).then(() => writeAtomically(file, `${JSON.stringify(current, null, 2)}\n`));
      writing = write;
      return write;
    },
  };
}

function readSettings(file: string, now: () => Date): { settings: MainSettings; notices: Notice[] } {
  let text: string;
  try {
    text = readFileSync(file, 'utf8');
  } catch (thrown) {
    if ((thrown as NodeJS.ErrnoException).code === 'ENOENT') return { settings: {}, notices: [] };
    return { settings: {}, notices: [warn(`Recto’s settings in ${basename(file)} could not be read (${describe(thrown)}). The usual ones hold; your books are not touched.`)] };
  }
  const parsed = parse(text);
  if (!parsed) return { settings: {}, notices: [setAside(file, now())] };
  const settings: Record<string, unknown> = {};
  const wrong: string[] = [];
  for (const [name, value] of Object.entries(parsed)) {
    const check = Object.hasOwn(CHECKS, name) ? CHECKS[name as keyof MainSettings] : undefined;
    if (check && !check(value)) wrong.push(name);
    else settings[name] = value;
  }
  const notices = wrong.length > 0 ? [warn(`Recto’s settings had something unreadable under ${wrong.join(', ')}. The usual holds there; your books are not touched.`)] : [];
  return { settings, notices };
}

function parse(text: string): Record<string, unknown> | null {
  try {
    const value: unknown = JSON.parse(text);
    return isRecord(value) ? value : null;
  } catch (thrown) {
    if (thrown instanceof SyntaxError) return null;
    throw thrown;
  }
}

function setAside(file: string, at: Date): Notice {
  const aside = `${file}.damaged-${at.toISOString().replaceAll(':', '-')}`;
  try {
    renameSync(file, aside);
  } catch (thrown) {
    return warn(`Recto’s settings were damaged and could not be moved aside (${describe(thrown)}). The usual ones hold; your books are not touched.`);
  }
  return warn(`Recto’s settings were damaged. They are kept as ${basename(aside)}, and the usual ones hold. Your books are not touched.`);
}

const warn = (message: string): Notice => ({ kind: 'warning', message });
const describe = (thrown: unknown): string => (thrown instanceof Error ? thrown.message : String(thrown));

/** The old file or the new one is there after a crash, never half of one. */
function writeAtomically(file: string, text: string): void {
  const partial = `${file}.partial`;
  try {
    mkdirSync(dirname(file), { recursive: true });
    const descriptor = openSync(partial, 'w', 0o600);
    try {
      writeFileSync(descriptor, text);
      fsyncSync(descriptor);
    } finally {
      closeSync(descriptor);
    }
    renameSync(partial, file);
  } catch (cause) {
    rmSync(partial, { force: true, recursive: true });
    throw new RectoError('file_unwritable', `This setting could not be kept: ${describe(cause)}. It holds until Recto closes; your books are not touched.`, { cause });
  }
}
