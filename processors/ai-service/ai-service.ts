import { RectoError } from '#schemas/errors.ts';
import type { AiService } from '../contract/processor.ts';
import type { AiSettings } from '../contract/runner.ts';

export interface AiServiceOptions {
  fetch?: typeof fetch;
  /** A provider that sends nothing for so long has stalled. */
  stallMs?: number;
}

/**
 * ai-service in the process. Style is computed here, with no model; text comes from the provider that the settings
 * name. Each provider is loaded when it is first asked, so that a host starts without tokenizers and thesauri.
 */
export function createAiService(settings: AiSettings, options: AiServiceOptions = {}): AiService {
  return {
    hasModel: settings.provider !== 'built-in',
    async analyzeStyle(text) {
      const { analyzeStyle } = await import('./analyze-style.ts');
      return analyzeStyle(text);
    },
    async expand(request, { signal, onText }) {
      signal.throwIfAborted();
      switch (settings.provider) {
        case 'built-in': {
          const { expandBuiltIn } = await import('../text-expansion/built-in/built-in-provider.ts');
          return expandBuiltIn(request, { signal });
        }
        case 'openai-compatible': {
          await keepZodFromEval();
          const { expandOpenAiCompatible } = await import('./openai-compatible.ts');
          return expandOpenAiCompatible(settings, request, { signal, ...(onText && { onText }), ...options });
        }
        default:
          throw noProvider(settings);
      }
    },
    async write() {
      throw noProvider(settings);
    },
  };
}

function noProvider({ provider }: AiSettings): RectoError {
  return new RectoError('configuration', `There is no text provider “${provider}”. Choose one in the settings.`);
}

/**
 * The SDK's schemas try `new Function` as they are made, and the app's CSP reports each try. So this comes before the SDK is loaded.
 */
async function keepZodFromEval(): Promise<void> {
  const { config } = await import('zod/v4/core');
  config({ jitless: true });
}
