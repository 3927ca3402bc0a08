/**
 * What the screens need of the window they run in, beyond what the app core needs (app/ports.ts). The browser's
 * is in browser-platform.ts; another home, such as a desktop window, gives its own.
 */
import type { ImportInput } from '#processors/contract/manuscript.ts';
import type { FileContent } from '#schemas/ipc.ts';
import type { Desktop } from './desktop.ts';

export interface SavedFile {
  /** A sentence's end that says where: 'in your downloads'. */
  place: string;
  /** Shows it in the system's file manager; absent where there is no way to. */
  reveal?: () => Promise<void>;
}

export interface StorageKeeping {
  /** Says what holds the words, and how safe that is. */
  sentence: string;
  /** True: they may be thrown away without the author's doing. */
  mayBeCleared: boolean;
}

export interface RendererPlatform {
  /** Hands a file to the person. Null: no place for it was chosen. */
  saveFile(file: FileContent): Promise<SavedFile | null>;
  /** Null: nothing was chosen. */
  pickFolder(): Promise<ImportInput | null>;
  /** Null: nothing was chosen. */
  pickFiles(): Promise<ImportInput[] | null>;
  /** What was dropped on the window. Call it inside the drop event: what was dropped is gone after it. */
  readDrop(data: DataTransfer): Promise<ImportInput[]>;
  /** Asks the system to keep the words. */
  keepStorage(): Promise<StorageKeeping>;
  /** True: looking for model servers on this computer asks nobody's permission. */
  readonly mayLookAround: boolean;
  /** What only a desktop has; null in a browser. */
  readonly desktop: Desktop | null;
}
