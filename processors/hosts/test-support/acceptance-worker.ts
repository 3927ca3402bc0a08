/** The acceptance suite's worker, on Node's worker_threads. */
import { parentPort } from 'node:worker_threads';
import { shapeParentPort } from './node-worker.ts';
import { serveWorker } from '../serve-worker.ts';
import { ACCEPTANCE_PROCESSORS } from './acceptance-processors.ts';

if (!parentPort) throw new Error('This script runs as a worker.');
serveWorker(shapeParentPort(parentPort), ACCEPTANCE_PROCESSORS);
