/** The utility process in which the processors that ship run: on the desktop, beside the window. */
import { existsSync } from 'node:fs';
import { join } from 'node:path';
import { PROCESSORS } from '../../registry.ts';
import { serveUtilityProcess, type UtilityParentPort } from '../serve-utility-process.ts';
import { createNodeTypesetter } from './typesetter.ts';

/** Electron's utility process, as far as it is used. */
const { parentPort } = process as NodeJS.Process & { parentPort?: UtilityParentPort };

/** Where the build puts what the typesetter reads; npm’s packages are not in an installed program. */
const built = join(import.meta.dirname, 'typesetter');

if (!parentPort) throw new Error('This script runs as a utility process.');
serveUtilityProcess({ parentPort, processors: PROCESSORS, typesetter: createNodeTypesetter(existsSync(built) ? { folder: built } : {}), exit: () => process.exit(0) });
