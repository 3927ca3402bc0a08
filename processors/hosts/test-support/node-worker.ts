import { Worker as NodeWorker } from 'node:worker_threads';
import { shapeNodeWorker } from '../node-worker.ts';

/** A worker thread for the web worker host. */
export function startNodeWorker(script: URL): Worker {
  // An error in the thread is the host's to see; it must not reach the test run's own output.
  return shapeNodeWorker(new NodeWorker(script, { stderr: true }));
}
