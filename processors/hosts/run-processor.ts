import { RectoError } from '#schemas/errors.ts';
import { createAiService } from '../ai-service/ai-service.ts';
import { mergeAiSettings } from '../ai-service/merge-ai-settings.ts';
import type { AiService, Processor, ProcessorOutput } from '../contract/processor.ts';
import type { AiSettings, RunOptions, RunRequest } from '../contract/runner.ts';
import type { ExpansionMemory } from './expansion-memory.ts';

/** What a host has for all of its runs. */
export interface ProcessorHost {
  processors: readonly Processor[];
  memory: ExpansionMemory;
  /**
   * What a host adds to the settings of a run before any text goes to a provider: the key that only it may have.
   * Asked once a run, and only by a run that asks a provider. @throws RectoError forbidden and others: the run fails with it
   */
  completeSettings?(settings: AiSettings): Promise<AiSettings>;
}

/**
 * One run of one of these processors, in the thread that calls it: what every host does once the request has
 * arrived. A processor that doesn't listen to its signal goes on, unheard.
 * @throws RectoError the processor's own; processor_unknown; cancelled; processor_failed for what is no RectoError
 */
export async function runProcessor(
  host: ProcessorHost,
  settings: AiSettings,
  request: RunRequest,
  options: RunOptions,
): Promise<ProcessorOutput> {
  const { processors, memory } = host;
  const { signal } = options;
  const processor = processors.find(({ manifest }) => manifest.id === request.processorId);
  if (!processor) throw new RectoError('processor_unknown', `There is no processor “${request.processorId}” here.`);
  try {
    signal.throwIfAborted();
    const output = await processor.run({
      blob: request.blob,
      config: request.config,
      signal,
      reportProgress: (progress) => {
        if (!signal.aborted) options.onProgress(progress);
      },
      readBlob: (id) => options.readBlob(id),
      ai: memory.remembering(request.jobId, aiServiceOf(host, mergeAiSettings(settings, request.config))),
      now: () => Date.now(),
    });
    memory.forget(request.jobId);
    return output;
  } catch (thrown) {
    if (signal.aborted) {
      memory.forget(request.jobId);
      throw cancelled(signal);
    }
    throw RectoError.from(thrown, 'processor_failed');
  }
}

function aiServiceOf({ completeSettings }: ProcessorHost, settings: AiSettings): AiService {
  const service = createAiService(settings);
  if (!completeSettings || settings.provider === 'built-in') return service;
  let completed: Promise<AiService> | undefined;
  const withKey = (signal: AbortSignal): Promise<AiService> => {
    completed ??= completeSettings(settings).then((complete) => createAiService(complete));
    return untilCancelled(completed, signal);
  };
  return {
    hasModel: service.hasModel,
    analyzeStyle: (text) => service.analyzeStyle(text),
    expand: async (request, options) => (await withKey(options.signal)).expand(request, options),
    write: async (request, options) => (await withKey(options.signal)).write(request, options),
  };
}

/** The host's settings of this moment. @throws RectoError */
export async function askSettings(aiSettings: () => AiSettings | Promise<AiSettings>): Promise<AiSettings> {
  try {
    return await aiSettings();
  } catch (thrown) {
    throw RectoError.from(thrown, 'configuration');
  }
}

/** What an aborted run ends with. */
export function cancelled(signal: AbortSignal): RectoError {
  return signal.reason instanceof RectoError ? signal.reason : new RectoError('cancelled', 'Cancelled.', { cause: signal.reason });
}

/** The promise's outcome, or `cancelled` at once when the signal aborts first. */
export function untilCancelled<T>(promise: Promise<T>, signal: AbortSignal): Promise<T> {
  return new Promise((resolve, reject) => {
    const onAbort = (): void => reject(cancelled(signal));
    if (signal.aborted) onAbort();
    else signal.addEventListener('abort', onAbort, { once: true });
    promise.then(resolve, reject).finally(() => signal.removeEventListener('abort', onAbort));
  });
}
