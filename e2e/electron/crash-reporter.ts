import type { CrashReporter } from 'electron';
import { standIn } from './stand-in.ts';

let uploads = false;

/** It writes no dumps: a process that ends here is Node's or Chromium's own. */
export const crashReporter = standIn<CrashReporter>('crashReporter', {
  start: (options) => void (uploads = options.uploadToServer ?? true),
  getUploadToServer: () => uploads,
  setUploadToServer: (upload) => void (uploads = upload),
  getParameters: () => ({}),
  addExtraParameter: () => undefined,
  removeExtraParameter: () => undefined,
  getUploadedReports: () => [],
});
