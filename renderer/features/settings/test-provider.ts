import type { RectoApp } from '#app/recto-app.ts';

export interface ModelServer {
  provider: 'openai-compatible' | 'anthropic';
  baseUrl: string;
  model: string;
}

/** What is needed of the app to ask. */
export type Asking = { platform: Pick<RectoApp['platform'], 'models'> };

/**
 * Asks a model server for its models: whether it is there, takes the key, and has the model.
 * @returns a sentence of what it said
 * @throws RectoError as `Models.list`
 */
export async function testProvider(app: Asking, { provider, baseUrl, model }: ModelServer): Promise<string> {
  const models = await app.platform.models.list({ provider, baseUrl }, new AbortController().signal);
  if (models.length === 0) return 'The server answers, but does not say which models it has. Expand a passage to see whether the name is right.';
  if (models.includes(model)) return `The server answers and has ${model}.`;
  return `The server answers, but has no model “${model}”. It has ${models.slice(0, 5).join(', ')}${models.length > 5 ? ' and more' : ''}.`;
}
