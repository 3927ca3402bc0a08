/** The Recto server as it runs in life, a process of its own, with one processor that does nothing. Prints its address. */
import { startServer } from '#sync-server/server.ts';
import { readSettings } from '#sync-server/settings.ts';
import { NOTHING } from './nothing.ts';

const server = await startServer(readSettings(process.env), { processors: [NOTHING], processScript: new URL('./nothing-process.ts', import.meta.url) });
console.log(server.url);
process.once('SIGTERM', () => void server.close().then(() => process.exit(0)));
