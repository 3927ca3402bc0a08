/** The acceptance suite's utility process. */
import { serveUtilityProcess, type UtilityParentPort } from '../serve-utility-process.ts';
import { ACCEPTANCE_PROCESSORS } from './acceptance-processors.ts';

const { parentPort } = process as unknown as { parentPort: UtilityParentPort };
serveUtilityProcess({ parentPort, processors: ACCEPTANCE_PROCESSORS, exit: () => process.exit(0) });
