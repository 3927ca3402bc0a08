/** The web worker in which the processors that ship run. */
import urls from 'virtual:typesetter-files';
import { PROCESSORS } from '../registry.ts';
import { serveWorker } from './serve-worker.ts';
import { createWebTypesetter } from './web-typesetter.ts';

serveWorker(self as DedicatedWorkerGlobalScope, PROCESSORS, { typesetter: createWebTypesetter(urls) });
