/** Where long work runs in a browser: web workers, so that the page never waits. */
import type { ReadManuscript } from '#processors/contract/manuscript.ts';
import type { Platform } from '#app/ports.ts';
import type { AiSettings, ProcessorRunner } from '#processors/contract/runner.ts';
// The platform is where a home's hosts are chosen; no screen knows of them.
// oxlint-disable-next-line no-restricted-imports
import { loadTokenCounter } from '#processors/ai-service/count-tokens.ts';
// oxlint-disable-next-line no-restricted-imports
import { addEstimates, estimateExpansion as estimate } from '#processors/ai-service/estimate-usage.ts';
// oxlint-disable-next-line no-restricted-imports
export { findModelServers } from '#processors/ai-service/find-model-servers.ts';
// oxlint-disable-next-line no-restricted-imports
export { listModels } from '#processors/ai-service/list-models.ts';
// oxlint-disable-next-line no-restricted-imports
import { createImportWorker } from '#processors/hosts/import-worker.ts';
// oxlint-disable-next-line no-restricted-imports
import { createWorkerRunner } from '#processors/hosts/worker-runner.ts';
// oxlint-disable-next-line no-restricted-imports
import { packLibrary as pack } from '#processors/library-export/pack-library.ts';
// oxlint-disable-next-line no-restricted-imports
import { estimatePitch as estimateWholePitch } from '#processors/pitch-builder/estimate-pitch.ts';

/** A minute: what set the pages of a long book holds a great deal of memory, which its worker alone can give back. */
export const QUIET_MS = 60_000;

export function createRunner(aiSettings: () => Promise<AiSettings>): ProcessorRunner {
  return createWorkerRunner({
    startWorker: () => new Worker(new URL('../../processors/hosts/web-worker-entry.ts', import.meta.url), { type: 'module' }),
    aiSettings,
    quietMs: QUIET_MS,
  });
}

export function createImports(): ReadManuscript {
  return createImportWorker(() => new Worker(new URL('../../processors/hosts/import-worker-entry.ts', import.meta.url), { type: 'module' }));
}

/** Loads the tokenizer, which is large, when it is first asked; the page is served between two chapters. */
export const estimateExpansion: NonNullable<Platform['estimateExpansion']> = async (chapters, settings) => {
  const countTokens = await loadTokenCounter();
  const estimates = [];
  for (const chapter of chapters) {
    estimates.push(estimate(chapter, settings, countTokens));
    await new Promise((resolve) => setTimeout(resolve));
  }
  return addEstimates(estimates);
};

/** From a sample of each chapter: so much is soon counted. */
export const estimatePitch: NonNullable<Platform['estimatePitch']> = async (chapters, settings) => estimateWholePitch(chapters, settings, await loadTokenCounter());

/** What the page may be held up by: half a frame. */
const TURN_MS = 8;

/** The texts are the page's, so it packs them itself, and is served in between. */
export const packLibrary: NonNullable<Platform['packLibrary']> = (source, options) => {
  let since = performance.now();
  const pause = async (): Promise<void> => {
    if (performance.now() - since < TURN_MS) return;
    await new Promise((resolve) => setTimeout(resolve));
    since = performance.now();
  };
  return pack(source, { ...options, pause });
};
