/** The process in which the trial processors run. */
import { serveProcess } from '../processor-service/serve-process.ts';
import { ECHO, TRIAL } from './trial-processors.ts';

serveProcess([TRIAL, ECHO]);
