import { coreOf } from '../app-core.ts';
import type { RectoApp } from '../recto-app.ts';

/**
 * Tries a job that failed for good once more, on what its text says now.
 * @throws RectoError not_found, storage_full, storage_failed
 */
export async function retryJob(app: RectoApp, jobId: string): Promise<void> {
  await (await coreOf(app).library()).jobs.retry(jobId);
}
