/** The thread in which the trial processors run. */
import { parentPort } from 'node:worker_threads';
import { shapeParentPort } from '#processors/hosts/node-worker.ts';
import { serveWorker } from '#processors/hosts/serve-worker.ts';
import { ECHO, TRIAL } from './trial-processors.ts';

if (!parentPort) throw new Error('trial-thread.ts runs as a worker thread.');
serveWorker(shapeParentPort(parentPort), [TRIAL, ECHO]);
