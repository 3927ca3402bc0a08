import { RectoError } from '#schemas/errors.ts';
import type { AiService, StyleAnalysis } from '../contract/processor.ts';
import type { AiSettings } from '../contract/runner.ts';
import type { AskOptions } from './ask-model.ts';

export type AiServiceOptions = Pick<AskOptions, 'fetch' | 'stallMs' | 'onTokens'>;

/**
 * ai-service in the process. Style is computed here, with no model; text comes from the provider that the settings
 * name. Each provider is loaded when it is first asked, so that a host starts without tokenizers and thesauri.
 */
export function createAiService(settings: AiSettings, options: AiServiceOptions = {}): AiService {
  const { service } = settings;
  if (service) {
    // Asked as it is needed, like the providers.
    const elsewhere = import('./ai-service-at-url.ts').then(({ createAiServiceAtUrl }) => createAiServiceAtUrl(service, options));
    return {
      hasModel: async () => (await elsewhere).hasModel(),
      analyzeStyle: async (text) => (service.ofRun ? analyzeHere(text) : (await elsewhere).analyzeStyle(text)),
      expand: async (request, call) => (await elsewhere).expand(request, call),
      write: async (request, call) => (await elsewhere).write(request, call),
    };
  }
  return {
    hasModel: async () => settings.provider !== 'built-in',
    analyzeStyle: analyzeHere,
    async expand(request, call) {
      call.signal.throwIfAborted();
      if (settings.provider === 'built-in') {
        const { expandBuiltIn } = await import('../text-expansion/built-in/built-in-provider.ts');
        return expandBuiltIn(request, { signal: call.signal });
      }
      await tameSdk();
      const { expandWithModel } = await import('./expand-with-model.ts');
      return expandWithModel(settings, request, { ...options, ...call });
    },
    async write(request, call) {
      call.signal.throwIfAborted();
      if (settings.provider === 'built-in') throw new RectoError('configuration', 'This is written by a model, and none is chosen. Choose one in the settings.');
      await tameSdk();
      const { writeWithModel } = await import('./write-with-model.ts');
      return writeWithModel(settings, request, { ...options, ...call });
    },
  };
}

async function analyzeHere(text: string): Promise<StyleAnalysis> {
  const { analyzeStyle } = await import('./analyze-style.ts');
  return analyzeStyle(text);
}

/**
 * Before the SDK is loaded. Its schemas try `new Function` as they are made, and the app's CSP reports each try. What it warns of, a
 * model that it does not know yet or a setting that a provider doesn't take, is nothing that anyone can act upon.
 */
async function tameSdk(): Promise<void> {
  const { config } = await import('zod/v4/core');
  config({ jitless: true });
  (globalThis as { AI_SDK_LOG_WARNINGS?: boolean }).AI_SDK_LOG_WARNINGS = false;
}
