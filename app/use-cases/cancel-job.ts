import { coreOf } from '../app-core.ts';
import type { RectoApp } from '../recto-app.ts';

/** Stops a job at once; what it had not finished is not kept, and nothing else changes. */
export async function cancelJob(app: RectoApp, jobId: string): Promise<void> {
  await (await coreOf(app).library()).jobs.cancel(jobId);
}
