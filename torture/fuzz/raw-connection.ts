import { connect } from 'node:net';

/** What waits longer than this for an answer gets none: part of a request is no request. */
const PATIENCE_MS = 2000;

/**
 * Sends these bytes on a connection of their own and says that no more will come. @returns all that came back, as Latin-1
 * @throws Error when the server takes no connection: it is gone
 */
export function exchangeBytes(url: string, pieces: readonly Buffer[]): Promise<string> {
  const { hostname, port } = new URL(url);
  return new Promise((resolve, reject) => {
    const chunks: Buffer[] = [];
    let isConnected = false;
    const socket = connect(Number(port), hostname, () => {
      isConnected = true;
      for (const piece of pieces) socket.write(piece);
      socket.end();
    });
    socket.setTimeout(PATIENCE_MS, () => socket.destroy());
    socket.on('data', (chunk: Buffer) => chunks.push(chunk));
    // A connection that the server resets is an answer, too.
    socket.on('error', (error) => (isConnected ? undefined : reject(error)));
    socket.on('close', () => resolve(Buffer.concat(chunks).toString('latin1')));
  });
}
