import { serveProcess } from '#sync-server/processor-service/serve-process.ts';
import { NOTHING } from './nothing.ts';

serveProcess([NOTHING]);
