/** A bare JetStream hop: a message is published to a stream, consumed, and answered by another publish that a subscriber hears. */
import { AckPolicy, jetstream, jetstreamManager } from '@nats-io/jetstream';
import { connectToNats } from '#sync-server/events/nats/nats-link.ts';
import { readNatsAccess } from '#sync-server/events/nats/nats-keys.ts';
import type { TestNats } from '#sync-server/test-support/nats-server.ts';

export async function openBareHop(nats: TestNats): Promise<{ trip(number: number): Promise<void>; close(): Promise<void> }> {
  const access = await readNatsAccess(nats.dir);
  const [author, worker] = [await connectToNats(nats.url, access), await connectToNats(nats.url, access)];
  const manager = await jetstreamManager(worker);
  await manager.streams.add({ name: 'HOP', subjects: ['hop.posted'] });
  await manager.consumers.add('HOP', { durable_name: 'hop', ack_policy: AckPolicy.Explicit });
  const messages = await (await jetstream(worker).consumers.get('HOP', 'hop')).consume();
  const consuming = (async () => {
    for await (const message of messages) {
      worker.publish('hop-derived', message.data);
      message.ack();
    }
  })();
  const arrived = new Map<string, () => void>();
  author.subscribe('hop-derived', { callback: (_error, message) => arrived.get(message.string())?.() });
  await author.flush();
  const stream = jetstream(author);
  return {
    trip: async (number) => {
      const id = `${number}-${crypto.randomUUID()}`;
      const arrival = new Promise<void>((resolve) => void arrived.set(id, resolve));
      await stream.publish('hop.posted', id);
      await arrival;
      arrived.delete(id);
    },
    close: async () => {
      await messages.close();
      await consuming;
      await author.close();
      await worker.close();
    },
  };
}
