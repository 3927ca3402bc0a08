import { findModelServers } from '#processors/ai-service/find-model-servers.ts';
import { listModels } from '#processors/ai-service/list-models.ts';
import type { Handlers } from '../ipc.ts';
import type { ProviderAccess } from './provider-access.ts';

interface ModelParts {
  fetch: typeof fetch;
  access: ProviderAccess;
}

const LOOK_MS = 5_000;

/** Model servers are asked from here: the window reaches no server, and has no key. */
export function createModelHandlers({ fetch, access }: ModelParts): Pick<Handlers, 'models.find' | 'models.list'> {
  return {
    'models.find': () => findModelServers(fetch, AbortSignal.timeout(LOOK_MS)),
    'models.list': async (server) => ({ models: await listModels({ ...server, fetch, key: await access.open(server.baseUrl), signal: new AbortController().signal }) }),
  };
}
