import type { CommandLine } from 'electron';

/** What is said where there is none. */
export const NO_SANDBOX =
  'Recto does not run without Chromium’s sandbox, which keeps its window away from your files, and was started without (--no-sandbox). An AppImage starts itself so where the system lets it make none: install the .deb there, which may. Your library is as it was.';

/** To be asked before app.enableSandbox(), which takes the switch away: on a system that can make no sandbox the program would then end without a word. */
export function mayMakeSandbox(commandLine: Pick<CommandLine, 'hasSwitch'>): boolean {
  return !commandLine.hasSwitch('no-sandbox');
}
