import type { Dialog } from 'electron';
import { standIn } from './stand-in.ts';

/** A dialog that no test answers would stay open for ever: it throws, and says what it was. */
function unanswered(method: string): never {
  throw new Error(`Nobody answered ${method}: the test did not expect this dialog`);
}

function describe(method: string, args: unknown[]): never {
  const options = args.at(-1) as { title?: string; message?: string } | undefined;
  return unanswered(`dialog.${method}(${JSON.stringify(options?.message ?? options?.title ?? '')})`);
}

export const dialog = standIn<Dialog>('dialog', {
  showMessageBox: async (...args: unknown[]) => describe('showMessageBox', args),
  showOpenDialog: async (...args: unknown[]) => describe('showOpenDialog', args),
  showSaveDialog: async (...args: unknown[]) => describe('showSaveDialog', args),
  showMessageBoxSync: (...args: unknown[]) => describe('showMessageBoxSync', args),
  showOpenDialogSync: (...args: unknown[]) => describe('showOpenDialogSync', args),
  showSaveDialogSync: (...args: unknown[]) => describe('showSaveDialogSync', args),
  showErrorBox: (title, content) => void process.stderr.write(`${title}: ${content}\n`),
});
