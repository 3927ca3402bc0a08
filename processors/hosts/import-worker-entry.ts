/** The web worker in which manuscripts are read, so that a large or hostile file stops nothing else. */
import { serveImport } from './serve-import.ts';

serveImport(self as DedicatedWorkerGlobalScope);
