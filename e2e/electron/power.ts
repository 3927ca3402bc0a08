import type { PowerMonitor, PowerSaveBlocker } from 'electron';
import { standIn } from './stand-in.ts';

/** A computer in use, on the mains; a test emits what happens to it. */
export const powerMonitor = standIn<PowerMonitor>('powerMonitor', {
  getSystemIdleTime: () => 0,
  getSystemIdleState: () => 'active',
  isOnBatteryPower: () => false,
});

export const powerSaveBlocker = standIn<PowerSaveBlocker>('powerSaveBlocker', { start: () => 1, stop: () => true, isStarted: () => true });
