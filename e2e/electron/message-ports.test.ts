import { once } from 'node:events';
import { expect, it } from 'vitest';
import { MessageChannelMain, RemotePorts } from './message-ports.ts';

/** Two places that each hold ends of channels, and hear what main's carrier would bring there. */
function createPlaces() {
  const heard: unknown[] = [];
  const place = (name: string): RemotePorts => new RemotePorts({ sendToPort: (_id, message) => void heard.push([name, message]), closePort: () => void heard.push([name, 'closed']) });
  return { heard, page: place('page'), child: place('child') };
}

it('keeps what is posted before the other end listens, in its order', async () => {
  const { port1, port2 } = new MessageChannelMain();
  port1.postMessage(1);
  port1.postMessage(2);
  const got: unknown[] = [];
  port2.on('message', ({ data }) => got.push(data));
  await new Promise((resolve) => setImmediate(resolve));
  expect(got).toEqual([]);
  port2.start();
  expect(got).toEqual([1, 2]);
});

it('says close at the other end, after what was posted before', async () => {
  const { port1, port2 } = new MessageChannelMain();
  const got: unknown[] = [];
  port2.on('message', ({ data }) => got.push(data));
  port2.start();
  const closed = once(port2, 'close');
  port1.postMessage('last');
  port1.close();
  await closed;
  expect(got).toEqual(['last']);
});

it('joins two places by the ends they hold, and one that goes closes the other', () => {
  const { heard, page, child } = createPlaces();
  const { port1, port2 } = new MessageChannelMain();
  const inPage = page.handOver([port1]);
  const inChild = child.handOver([port2]);
  inPage.release();
  inChild.release();
  page.deliver(inPage.ids[0]!, 'to the child');
  child.closeAll();
  expect(heard).toEqual([
    ['child', 'to the child'],
    ['page', 'closed'],
  ]);
});

it('refuses a port that was handed on', () => {
  const { page } = createPlaces();
  const { port1 } = new MessageChannelMain();
  page.handOver([port1]).release();
  expect(() => port1.postMessage(1)).toThrow('handed on');
});
