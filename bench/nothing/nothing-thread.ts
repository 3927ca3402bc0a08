import { parentPort } from 'node:worker_threads';
import { shapeParentPort } from '#processors/hosts/node-worker.ts';
import { serveWorker } from '#processors/hosts/serve-worker.ts';
import { NOTHING } from './nothing.ts';

if (!parentPort) throw new Error('nothing-thread.ts runs as a worker thread.');
serveWorker(shapeParentPort(parentPort), [NOTHING]);
