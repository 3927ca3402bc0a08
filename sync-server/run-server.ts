import { statSync } from 'node:fs';
import { RectoError } from '#schemas/errors.ts';
import { startServer } from './server.ts';
import type { ServerSettings } from './settings.ts';

/**
 * Starts the server, says where it is and where it keeps what, and stops it on SIGINT or SIGTERM. A second signal
 * does not wait.
 * @returns the address
 * @throws RectoError configuration with one line that says what to change
 */
export async function runServer(settings: ServerSettings): Promise<string> {
  const told = announceCheck(settings.databaseFile);
  const server = await start(settings);
  told();
  console.log(`Recto is at ${server.url}`);
  console.log(`Accounts and what they sync are in ${settings.databaseFile}`);
  const stop = (): void => {
    process.once('SIGINT', () => process.exit(130));
    console.log('Stopping …');
    server.close().then(
      () => process.exit(0),
      (error: unknown) => {
        console.error('The server did not stop cleanly:', error);
        process.exit(1);
      },
    );
  };
  process.once('SIGINT', stop);
  process.once('SIGTERM', stop);
  return server.url;
}

/** A file as large as this is looked at for longer than anybody waits without a word. */
const LARGE_BYTES = 64 * 1024 * 1024;

/** @returns what says how long it took */
function announceCheck(file: string): () => void {
  const size = statSync(file, { throwIfNoEntry: false })?.size ?? 0;
  if (size < LARGE_BYTES) return () => undefined;
  const started = performance.now();
  console.log(`Every row of ${file} (${Math.round(size / 1024 / 1024)} MB) is looked at first; one of an older version is brought to this one’s form. Some seconds a gigabyte …`);
  return () => console.log(`All of it is whole (${((performance.now() - started) / 1000).toFixed(1)} s).`);
}

async function start(settings: ServerSettings): ReturnType<typeof startServer> {
  try {
    return await startServer(settings);
  } catch (error) {
    const { code } = error as NodeJS.ErrnoException;
    if (code === 'EADDRINUSE') throw new RectoError('configuration', `RECTO_PORT: port ${settings.port} is taken. Is Recto running already? Stop it, or choose another port.`, { cause: error });
    if (code === 'EACCES' || code === 'EADDRNOTAVAIL' || code === 'ENOTFOUND' || code === 'EAI_AGAIN') throw new RectoError('configuration', `RECTO_HOST, RECTO_PORT: ${settings.host}:${settings.port} can’t be listened on here.`, { cause: error });
    throw error;
  }
}
