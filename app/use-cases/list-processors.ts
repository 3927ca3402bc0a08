import { firstValueFrom } from 'rxjs';
import { coreOf } from '../app-core.ts';
import { instanceOf } from '../domain/processor-instance.ts';
import type { ProcessorInstance, RectoApp } from '../recto-app.ts';
import { DEVICE_MANIFESTS } from '../store/device-processors.ts';

export interface ProcessorView {
  id: string;
  name: string;
  description: string;
  /** This device can run it. */
  isOnDevice: boolean;
  /** The account's server has it, and someone runs it there; null: nobody is signed in, or the server can't be reached. */
  isOnServer: boolean | null;
  configSchema: Record<string, unknown>;
  instance: ProcessorInstance;
}

/** The processors of this device, and those that the account's server has besides. Without a connection, this device's. */
export async function listProcessors(app: RectoApp): Promise<ProcessorView[]> {
  // The server is an addition: the page shows what this device has without it.
  const there = await coreOf(app).instances.refresh();
  const { processors } = await firstValueFrom(app.settings$);
  const here = DEVICE_MANIFESTS.map(({ id, name, description, config_schema }): ProcessorView => {
    const known = there?.find((one) => one.id === id);
    return {
      id, name, description,
      isOnDevice: true,
      isOnServer: there && known?.active === true,
      configSchema: known?.config_schema ?? config_schema,
      instance: instanceOf(processors, id),
    };
  });
  const others = (there ?? []).filter(({ id }) => !here.some((one) => one.id === id));
  return [
    ...here,
    ...others.map(({ id, name, description, active, config_schema }): ProcessorView => ({
      id, name, description,
      isOnDevice: false,
      isOnServer: active,
      configSchema: config_schema,
      instance: { ...instanceOf(processors, id), runAt: 'cloud' },
    })),
  ];
}
