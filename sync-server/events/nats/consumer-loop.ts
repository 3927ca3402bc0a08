import type { Consumer, ConsumerMessages, JsMsg } from '@nats-io/jetstream';
import { wait } from '#processors/contract/timers.ts';

export interface ConsumerLoop {
  /** Takes nothing more; resolves when what was taken has been dealt with. */
  stop(): Promise<void>;
}

export interface ConsumerLoopOptions {
  consumer: Consumer;
  /** How many messages may be taken now. 0: none, until it is asked again. */
  room(): Promise<number>;
  /** Stores the effect of a message. */
  take(message: JsMsg): Promise<void>;
  /** The consumer can't be read any more. */
  onEnd(error: unknown): void;
  onFailure(error: unknown): void;
}

const BATCH = 200;
const MAX_UNDER_WAY = 400;
const PULL_MS = 10_000;
const FULL_MS = 500;
/** A message whose effect could not be stored is delivered again after this. */
const REDELIVER_MS = 500;

/** Pulls messages for as long as there is room for what they make; acknowledges each when its effect is stored. */
export function startConsumerLoop({ consumer, room, take, onEnd, onFailure }: ConsumerLoopOptions): ConsumerLoop {
  const stopping = new AbortController();
  const underWay = new Set<Promise<void>>();
  let messages: ConsumerMessages | undefined;

  const deal = async (message: JsMsg): Promise<void> => {
    const isStored = await take(message).then(
      () => true,
      (error: unknown) => {
        onFailure(error);
        return false;
      },
    );
    try {
      if (isStored) message.ack();
      else message.nak(REDELIVER_MS);
    } catch (error) {
      // The connection is gone, and the message is delivered again on the next.
      onEnd(error);
    }
  };

  const pull = async (): Promise<void> => {
    while (!stopping.signal.aborted) {
      const free = Math.min(BATCH, (await room()) - underWay.size, MAX_UNDER_WAY - underWay.size);
      if (free <= 0) {
        await wait(underWay.size > 0 ? 1 : FULL_MS, stopping.signal);
        continue;
      }
      if (stopping.signal.aborted) return;
      messages = await consumer.fetch({ max_messages: free, expires: PULL_MS });
      if (stopping.signal.aborted) messages.stop();
      for await (const message of messages) {
        if (stopping.signal.aborted) {
          // Delivered again at once; what is still on its way here, when its time to be acknowledged is over.
          message.nak();
          continue;
        }
        const dealing: Promise<void> = deal(message).finally(() => underWay.delete(dealing));
        underWay.add(dealing);
      }
    }
  };

  const running = pull().catch((error: unknown) => {
    if (!stopping.signal.aborted) onEnd(error);
  });

  return {
    stop: async () => {
      stopping.abort();
      messages?.stop();
      await running;
      await Promise.all(underWay);
    },
  };
}
