/** The import's worker, on Node's worker_threads. */
import { parentPort } from 'node:worker_threads';
import type { ImportInput } from '../../contract/manuscript.ts';
import { serveImport } from '../serve-import.ts';

const port = parentPort;
if (!port) throw new Error('This script runs as a worker.');

serveImport({
  postMessage: (message) => port.postMessage(message),
  addEventListener: (_type, listener) => port.on('message', (data: ImportInput) => listener({ data })),
});
