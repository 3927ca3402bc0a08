import { expect, test } from 'vitest';
import { createReplayableBody } from './replayable-body.ts';

/** As Electron hands on a body that comes in pieces: each piece lies in the same buffer. */
function streamFromOneBuffer(pieces: readonly string[]): ReadableStream<Uint8Array> {
  const buffer = new Uint8Array(64);
  const left = [...pieces];
  return new ReadableStream({
    async pull(controller) {
      // It comes from another process.
      await new Promise(setImmediate);
      const piece = left.shift();
      if (piece === undefined) return controller.close();
      controller.enqueue(buffer.subarray(0, new TextEncoder().encodeInto(piece, buffer).written));
    },
  });
}

const PIECES = ['The keeper ', 'climbed the ', 'stairs.'];

test('a body whose pieces share one buffer is sent whole, and whole again', async () => {
  const body = createReplayableBody(streamFromOneBuffer(PIECES), 1000);
  expect(await new Response(body.stream()).text()).toBe(PIECES.join(''));
  expect(await new Response(body.stream()).text()).toBe(PIECES.join(''));
  expect(body.isWhole).toBe(true);
});

test('one that is too long to keep is sent once', async () => {
  const body = createReplayableBody(streamFromOneBuffer(PIECES), 15);
  expect(await new Response(body.stream()).text()).toBe(PIECES.join(''));
  expect(body.isWhole).toBe(false);
});
