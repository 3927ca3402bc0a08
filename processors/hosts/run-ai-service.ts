/** ai-service as one run of a processor has it. */
import { sha256 } from '@noble/hashes/sha2.js';
import { bytesToHex, utf8ToBytes } from '@noble/hashes/utils.js';
import { createAiService } from '../ai-service/ai-service.ts';
import type { AiCallOptions, AiService, ModelAnswer } from '../contract/processor.ts';
import type { AiSettings, RunOptions } from '../contract/runner.ts';
import { toCanonicalJson } from '../orchestrator/ids.ts';
import { createSpend, type Expected, type Question } from './spend.ts';
import { untilCancelled } from './until-cancelled.ts';

export interface RunAiOptions extends Pick<RunOptions, 'answers' | 'onUsage'> {
  /** See `ProcessorHost`. */
  completeSettings?: ((settings: AiSettings) => Promise<AiSettings>) | undefined;
  fetchFor?: ((settings: AiSettings) => typeof fetch | undefined) | undefined;
  /** Where others spend from the same budget at the same time. */
  expected?: Expected;
}

/**
 * What was answered for this job before is not asked for again; what is asked is kept before anything else happens, counted and
 * told, and not asked beyond the budget. What is built in costs nothing and is made anew; a service that is asked for this run does all that itself.
 */
export function createRunAiService(settings: AiSettings, options: RunAiOptions): AiService {
  if (settings.service ? settings.service.ofRun : settings.provider === 'built-in') return createAiService(settings);
  const { answers, onUsage, completeSettings = async (complete: AiSettings) => complete, fetchFor } = options;
  const spend = createSpend(settings, onUsage, options.expected);
  let opened: Promise<AiService> | undefined;
  const open = (signal: AbortSignal): Promise<AiService> => {
    opened ??= completeSettings(settings).then((complete) => {
      const fetch = fetchFor?.(complete);
      return createAiService(complete, { onTokens: spend.onTokens, ...(fetch && { fetch }) });
    });
    return untilCancelled(opened, signal);
  };

  /** @param ask gives for a question of this kind what the store kept of it: a `T` comes back as one */
  async function once<T extends ModelAnswer>(question: Question, { signal }: AiCallOptions, ask: () => Promise<T>): Promise<T> {
    signal.throwIfAborted();
    const key = keyOf(settings, question);
    const known = (await answers?.get(key)) as T | null | undefined;
    if (known) return known;
    const answer = await spend.within(question, ask);
    await answers?.set(key, answer);
    return answer;
  }

  const service = createAiService(settings);
  return {
    hasModel: () => service.hasModel(),
    analyzeStyle: (text) => service.analyzeStyle(text),
    expand: (request, call) => once({ kind: 'expand', request }, call, async () => (await open(call.signal)).expand(request, call)),
    write: (request, call) => once({ kind: 'write', request }, call, async () => (await open(call.signal)).write(request, call)),
  };
}

/** Another model, or the same one elsewhere, is asked anew. */
function keyOf({ provider, baseUrl, model, temperature, service }: AiSettings, question: Question): string {
  return bytesToHex(sha256(utf8ToBytes(toCanonicalJson({ provider, baseUrl, model, temperature, service: service?.url, ...question }))));
}
