import { firstValueFrom } from 'rxjs';
import { coreOf } from '../app-core.ts';
import { instanceOf } from '../domain/processor-instance.ts';
import type { ProcessorInstance, RectoApp } from '../recto-app.ts';
import { tellInstance } from '../sync/processor-api.ts';

/**
 * Sets how the author has a processor: on or off, where it runs, when, with what config. It is kept on this computer, and
 * for who is signed in told to the account's server, so that what runs there runs the same.
 * @throws RectoError storage_full, storage_failed; schema_violation, network and others where the server could not be told (here it is kept)
 */
export async function configureProcessor(app: RectoApp, processorId: string, patch: Partial<ProcessorInstance>): Promise<void> {
  const { processors } = await firstValueFrom(app.settings$);
  const instance = { ...instanceOf(processors, processorId), ...patch };
  const core = coreOf(app);
  await core.changeSettings({ processors: { ...processors, [processorId]: instance } });
  const { connection, session } = core.account;
  const isForServer = instance.runAt === 'cloud' || patch.runAt !== undefined;
  if (connection && session && isForServer) await tellInstance(connection, session.server, processorId, instance);
}
