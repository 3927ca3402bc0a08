import { RectoError } from '#schemas/errors.ts';
import { mergeAiSettings } from '../ai-service/merge-ai-settings.ts';
import type { Processor, ProcessorOutput } from '../contract/processor.ts';
import type { Typesetter } from '../contract/typesetter.ts';
import type { AiSettings, RegisteredProgram, RunOptions, RunRequest } from '../contract/runner.ts';
import { createWorkflowProcessor } from '../workflow/create-workflow-processor.ts';
import { createRunAiService } from './run-ai-service.ts';
import { cancelled } from './until-cancelled.ts';

/** What a host has for all of its runs. */
export interface ProcessorHost {
  processors: readonly Processor[];
  /**
   * What a host adds to the settings of a run before any text goes to a provider: the key that only it may have.
   * Asked once a run, and only by a run that asks a provider. @throws RectoError forbidden and others: the run fails with it
   */
  completeSettings?(settings: AiSettings): Promise<AiSettings>;
  /** How a run with these settings reaches its provider, where it isn't by the global fetch. */
  fetchFor?(settings: AiSettings): typeof fetch | undefined;
  /** What sets pages, for processors that make PDF. */
  typesetter?: Typesetter;
}

/**
 * One run of one of these processors, in the thread that calls it: what every host does once the request has
 * arrived. A processor that doesn't listen to its signal goes on, unheard.
 * @throws RectoError the processor's own; processor_unknown; cancelled; processor_failed for what is no RectoError
 */
export async function runProcessor(
  { processors, completeSettings, fetchFor, typesetter }: ProcessorHost,
  settings: AiSettings,
  request: RunRequest,
  { signal, readBlob, onProgress, answers, onUsage }: RunOptions,
): Promise<ProcessorOutput> {
  const processor = request.program ? toProcessor(request.program) : processors.find(({ manifest }) => manifest.id === request.processorId);
  if (!processor) throw new RectoError('processor_unknown', `There is no processor “${request.processorId}” here.`);
  try {
    signal.throwIfAborted();
    return await processor.run({
      blob: request.blob,
      config: request.config,
      signal,
      reportProgress: (progress) => {
        if (!signal.aborted) onProgress(progress);
      },
      readBlob: (id) => readBlob(id),
      ai: createRunAiService(mergeAiSettings(settings, request.config), { completeSettings, fetchFor, ...(answers && { answers }), ...(onUsage && { onUsage }) }),
      ...(typesetter && { typesetter }),
      now: () => Date.now(),
    });
  } catch (thrown) {
    if (signal.aborted) throw cancelled(signal);
    throw RectoError.from(thrown, 'processor_failed');
  }
}

function toProcessor({ manifest, workflow, inputErrors }: RegisteredProgram): Processor {
  return createWorkflowProcessor(manifest, workflow, {}, inputErrors);
}

/** The settings of a run's providers, asked at each run, so that a key that was changed or taken away is not used again. */
export type AskSettings = (request: RunRequest) => AiSettings | Promise<AiSettings>;

/** The host's settings of this moment. @throws RectoError */
export async function askSettings(aiSettings: AskSettings, request: RunRequest): Promise<AiSettings> {
  try {
    return await aiSettings(request);
  } catch (thrown) {
    throw RectoError.from(thrown, 'configuration');
  }
}
