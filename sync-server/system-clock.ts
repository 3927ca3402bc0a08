import { startTimer } from '#processors/contract/timers.ts';
import type { Clock } from '#processors/orchestrator/ports.ts';

export const systemClock: Clock = { now: () => Date.now(), after: startTimer };
