/** The thread in which the server's processors run. */
import { parentPort } from 'node:worker_threads';
import { shapeParentPort } from '#processors/hosts/node-worker.ts';
import { serveWorker } from '#processors/hosts/serve-worker.ts';
import { PROCESSORS } from '#processors/registry.ts';
import { createPublicFetch } from '../ai-accounts/public-fetch.ts';

if (!parentPort) throw new Error('processor-thread.ts runs as a worker thread.');
const fetchPublic = createPublicFetch();
serveWorker(shapeParentPort(parentPort), PROCESSORS, { fetchFor: ({ onlyPublic }) => (onlyPublic ? fetchPublic : undefined) });
