/** The acceptance suite's worker, on Node's worker_threads. */
import { parentPort } from 'node:worker_threads';
import { serveWorker } from '../serve-worker.ts';
import type { ToWorker } from '../worker-messages.ts';
import { ACCEPTANCE_PROCESSORS } from './acceptance-processors.ts';

const port = parentPort;
if (!port) throw new Error('This script runs as a worker.');

serveWorker(
  {
    postMessage: (message, transfer) => port.postMessage(message, transfer as ArrayBuffer[]),
    addEventListener: (_type, listener) => port.on('message', (data: ToWorker) => listener({ data })),
  },
  ACCEPTANCE_PROCESSORS,
);
