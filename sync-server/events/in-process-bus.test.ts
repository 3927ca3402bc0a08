import { runEventBusAcceptance } from './event-bus.acceptance.ts';
import { createInProcessBus } from './in-process-bus.ts';

runEventBusAcceptance('in the process', async () => ({ createBus: createInProcessBus, close: async () => {} }));
