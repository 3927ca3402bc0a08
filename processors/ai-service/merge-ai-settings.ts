import type { AiSettings } from '../contract/runner.ts';
import { ANTHROPIC_BASE_URL } from './anthropic-base-url.ts';

const isRecord = (value: unknown): value is Record<string, unknown> => typeof value === 'object' && value !== null && !Array.isArray(value);

/**
 * The settings of one run: the host's, with the model, temperature and window that the job's config asks for under
 * `ai`. Where the text goes is the host's to say: a job that names another base URL gets the host's settings
 * unchanged, so that no job can make a host send its key, or any request, to an address of the job's choosing.
 */
export function mergeAiSettings(settings: AiSettings, config: Record<string, unknown>): AiSettings {
  const host = settings.provider === 'anthropic' ? { ...settings, baseUrl: settings.baseUrl || ANTHROPIC_BASE_URL } : settings;
  const asked = config['ai'];
  if (!isRecord(asked)) return host;
  if (asked['provider'] === 'built-in') return { provider: 'built-in' };
  if (asked['provider'] !== undefined && asked['provider'] !== host.provider) return host;
  if (asked['baseUrl'] !== undefined && asked['baseUrl'] !== host.baseUrl) return host;
  return {
    ...host,
    ...(typeof asked['model'] === 'string' && asked['model'] !== '' && { model: asked['model'] }),
    ...(typeof asked['temperature'] === 'number' && { temperature: asked['temperature'] }),
    ...(typeof asked['contextTokens'] === 'number' && { contextTokens: asked['contextTokens'] }),
  };
}
