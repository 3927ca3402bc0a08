/** The peer of the latency benchmark, a process of its own: what one socket says, all others hear. Prints its address. */
import type { AddressInfo } from 'node:net';
import { WebSocketServer } from 'ws';

const server = new WebSocketServer({ host: '127.0.0.1', port: 0 });
server.on('connection', (socket) => {
  socket.on('message', (data, isBinary) => {
    for (const other of server.clients) if (other !== socket) other.send(data, { binary: isBinary });
  });
});
server.on('listening', () => console.log(`http://127.0.0.1:${(server.address() as AddressInfo).port}`));
