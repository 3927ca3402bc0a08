/** The web worker in which the processors that ship run. */
import { PROCESSORS } from '../registry.ts';
import { serveWorker } from './serve-worker.ts';

serveWorker(self as DedicatedWorkerGlobalScope, PROCESSORS);
