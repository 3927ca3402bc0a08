import { randomInt } from 'node:crypto';
import { once } from 'node:events';
import { createServer } from 'node:net';

/** Below these the system takes none for a connection, nor for who asks for any port: Linux 32768, others 49152. */
const [FIRST, END] = [20_000, 32_000];

/** A free port of 127.0.0.1 that what stops and starts again finds free again, whatever runs beside it. */
export async function findStayingPort(): Promise<number> {
  const port = randomInt(FIRST, END);
  const probe = createServer().listen(port, '127.0.0.1');
  const isFree = await once(probe, 'listening').then(() => true, () => false);
  if (!isFree) return await findStayingPort();
  probe.close();
  await once(probe, 'close');
  return port;
}
