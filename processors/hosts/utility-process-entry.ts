/** The utility process in which the processors that ship run: on the desktop, beside the window. */
import { PROCESSORS } from '../registry.ts';
import { serveUtilityProcess, type UtilityParentPort } from './serve-utility-process.ts';

/** Electron's utility process, as far as it is used; this folder knows neither Node nor Electron. */
declare const process: { parentPort?: UtilityParentPort; exit(code: number): never };

if (!process.parentPort) throw new Error('This script runs as a utility process.');
serveUtilityProcess({ parentPort: process.parentPort, processors: PROCESSORS, exit: () => process.exit(0) });
