/** The key of a text provider and the model servers, as a desktop window has them: the program keeps the one and asks the others. */
import type { Models, ProviderKeys } from '#app/ports.ts';
import { RectoError } from '#schemas/errors.ts';
import type { CallMain } from './desktop-bridge.ts';

export function createDesktopProviderKeys(call: CallMain): ProviderKeys {
  return {
    status: () => call('secrets.status', {}),
    set: async (key) => void (await call('secrets.set-provider-key', key)),
    delete: async () => void (await call('secrets.delete-provider-key', {})),
  };
}

export function createDesktopModels(call: CallMain): Models {
  return {
    find: (signal) => orAborted(call('models.find', {}), signal),
    list: async (server, signal) => (await orAborted(call('models.list', server), signal)).models,
  };
}

/** A call can't be taken back; whoever no longer wants its answer goes on. */
function orAborted<T>(answer: Promise<T>, signal: AbortSignal): Promise<T> {
  return new Promise((resolve, reject) => {
    const abort = (): void => reject(RectoError.from(signal.reason, 'cancelled', 'Cancelled.'));
    if (signal.aborted) abort();
    else signal.addEventListener('abort', abort, { once: true });
    answer.then(resolve, reject).finally(() => signal.removeEventListener('abort', abort));
  });
}
