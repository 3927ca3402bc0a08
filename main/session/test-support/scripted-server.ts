/** A server that signs anyone in and then answers as a test says: for what a real one never does. */
import { createServer, type IncomingMessage, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';

export interface ScriptedServer {
  readonly url: string;
  /** Each request, as method and path. */
  readonly seen: string[];
  close(): Promise<void>;
}

type Answer = (request: IncomingMessage, response: ServerResponse) => void | Promise<void>;

export async function startScriptedServer(answer: Answer): Promise<ScriptedServer> {
  const seen: string[] = [];
  let tokens = 0;
  const server = createServer((request, response) => {
    seen.push(`${request.method} ${request.url}`);
    void (async () => {
      if (!/\/auth\/(?:login|refresh)$/.test(request.url ?? '')) return await answer(request, response);
      tokens += 1;
      response.writeHead(200, { 'content-type': 'application/json' }).end(JSON.stringify({ user_id: 'u1', access_token: `access-${tokens}`, refresh_token: `refresh-${tokens}`, expires_in: 900 }));
    })();
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  return {
    url: `http://127.0.0.1:${(server.address() as AddressInfo).port}`,
    seen,
    close: async () => {
      server.closeAllConnections();
      await new Promise((resolve) => server.close(resolve));
    },
  };
}
