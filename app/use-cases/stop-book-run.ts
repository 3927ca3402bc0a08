import { coreOf } from '../app-core.ts';
import type { RectoApp } from '../recto-app.ts';

/** Stops a run over a whole book: the chapter that is being grown, and all that wait. What is grown stays. */
export async function stopBookRun(app: RectoApp, runId: string): Promise<void> {
  await (await coreOf(app).library()).runs.stop(runId);
}
