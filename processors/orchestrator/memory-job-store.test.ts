import { runJobStoreAcceptance } from './job-store.acceptance.ts';
import { createMemoryJobStore } from './test-support/memory-ports.ts';

runJobStoreAcceptance('in memory', async () => ({ store: createMemoryJobStore(), close: async () => {} }));
