import type { WebPreferences } from 'electron';

/** What a page of ours may be: sandboxed, in a world of its own, with no Node anywhere. Said in full, whatever the defaults are. */
export function createWebPreferences(preload: string): WebPreferences {
  return {
    preload,
    sandbox: true,
    contextIsolation: true,
    nodeIntegration: false,
    nodeIntegrationInWorker: false,
    nodeIntegrationInSubFrames: false,
    webviewTag: false,
    webSecurity: true,
    allowRunningInsecureContent: false,
    experimentalFeatures: false,
    plugins: false,
    navigateOnDragDrop: false,
    // A page can't hold the author up with alert() and confirm().
    disableDialogs: true,
    spellcheck: true,
    // What is typed is stored on a timer: it must run in a hidden window too.
    backgroundThrottling: false,
  };
}
