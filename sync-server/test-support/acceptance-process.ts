/** The acceptance suite's processors, in a process of the server. */
import { ACCEPTANCE_PROCESSORS } from '#processors/hosts/test-support/acceptance-processors.ts';
import { serveProcess } from '../processor-service/serve-process.ts';

serveProcess(ACCEPTANCE_PROCESSORS);
