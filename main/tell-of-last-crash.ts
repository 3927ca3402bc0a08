import type { CrashReports } from './crash-reports.ts';
import type { Notices } from './notices.ts';
import type { SettingsFile } from './settings.ts';

export interface LastCrashParts {
  reports: Pick<CrashReports, 'list'>;
  settings: SettingsFile;
  notices: Pick<Notices, 'add'>;
  onProblem(thrown: unknown): void;
}

/** A report that is newer than the one that was told of last is told of, once. */
export function tellOfLastCrash({ reports, settings, notices, onProblem }: LastCrashParts): void {
  try {
    const newest = reports.list().at(-1);
    if (newest === undefined || newest === settings.read().lastCrashReport) return;
    notices.add({ kind: 'information', message: 'Something went wrong in Recto the last time. What was ‘Saved’ is there; a report is kept on this computer only (Help, Show Crash Reports).' });
    settings.change({ lastCrashReport: newest }).catch(onProblem);
  } catch (thrown) {
    onProblem(thrown);
  }
}
