/**
 * What the screens need of the window they run in, beyond what the app core needs (app/ports.ts). The browser's
 * is in browser-platform.ts; another home, such as a desktop window, gives its own.
 */
import type { ImportInput } from '#processors/contract/manuscript.ts';
import type { FileContent } from '#schemas/ipc.ts';

export interface StorageKeeping {
  /** What holds the words, for a person: 'this browser, on this computer'. */
  holder: string;
  /** True: it is kept until a person deletes it. False: the system may clear it when the disk fills up. */
  persistent: boolean;
}

export interface RendererPlatform {
  /** Hands a file to the person. @returns a sentence's end that says where: 'in your downloads' */
  saveFile(file: FileContent): Promise<string>;
  /** Null: nothing was chosen. */
  pickFolder(): Promise<ImportInput | null>;
  /** Null: nothing was chosen. */
  pickFiles(): Promise<ImportInput[] | null>;
  /** What was dropped on the window. Call it inside the drop event: what was dropped is gone after it. */
  readDrop(data: DataTransfer): Promise<ImportInput[]>;
  /** Asks the system to keep the words, and says what holds them. */
  keepStorage(): Promise<StorageKeeping>;
  /** True: looking for model servers on this computer asks nobody's permission. */
  readonly mayLookAround: boolean;
}
