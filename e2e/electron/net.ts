import { readFile } from 'node:fs/promises';
import { fileURLToPath } from 'node:url';
import type { Net } from 'electron';
import { standIn } from './stand-in.ts';

/** The network of main: Node's, which reads no files, where Electron's does. */
export const net = standIn<Net>('net', {
  async fetch(input, init) {
    const url = input instanceof Request ? input.url : String(input);
    return url.startsWith('file:') ? new Response(await readFile(fileURLToPath(url))) : fetch(input as RequestInfo, init as RequestInit);
  },
  isOnline: () => true,
  online: true,
});
