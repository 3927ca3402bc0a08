/** How this author has a processor: on or off, where it runs, when, and with what config. */
import type { ProcessorInstance } from '../recto-app.ts';

export const DEFAULT_INSTANCE: ProcessorInstance = { active: true, runAt: 'device', mode: 'asked', pauseSeconds: 20, config: {} };

/** The instance of a processor; where nothing was set: on, on this device, only when asked. */
export function instanceOf(instances: Readonly<Record<string, ProcessorInstance>>, processorId: string): ProcessorInstance {
  return { ...DEFAULT_INSTANCE, ...instances[processorId] };
}
