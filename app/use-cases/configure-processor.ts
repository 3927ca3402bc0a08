import { firstValueFrom } from 'rxjs';
import { coreOf } from '../app-core.ts';
import { instanceOf } from '../domain/processor-instance.ts';
import type { ProcessorInstance, RectoApp } from '../recto-app.ts';
import { DEVICE_MANIFESTS } from '../store/device-processors.ts';

/**
 * Sets how the author has a processor: on or off, where it runs, when, with what config. It is kept on this computer, and
 * for who is signed in told to the account's server, so that what runs there, and the account's other devices, have it the same.
 * @throws RectoError storage_full, storage_failed; schema_violation, network and others where the server could not be told (here it is kept)
 */
export async function configureProcessor(app: RectoApp, processorId: string, patch: Partial<ProcessorInstance>): Promise<void> {
  const { processors } = await firstValueFrom(app.settings$);
  const isOnDevice = DEVICE_MANIFESTS.some(({ id }) => id === processorId);
  const instance = { ...instanceOf(processors, processorId), ...(!isOnDevice && { runAt: 'cloud' as const }), ...patch };
  const core = coreOf(app);
  await core.changeSettings({ processors: { ...processors, [processorId]: instance } });
  // When it runs by itself here is this device's alone.
  const isForServer = patch.active !== undefined || patch.runAt !== undefined || patch.config !== undefined;
  if (isForServer) await core.instances.tell(processorId);
}
