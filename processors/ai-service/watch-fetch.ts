import { RectoError } from '#schemas/errors.ts';

export interface StallWatch {
  fetch: typeof fetch;
  /** Aborts when nothing has come for `stallMs`, and when it is over. */
  signal: AbortSignal;
  /** Closes the connection where the answer was not read to its end. */
  stop(): void;
}

/**
 * A fetch that notes every byte of the answer. A server's keep-alive comments count as a sign of life, which the
 * parsed stream would not show.
 */
export function watchFetch(baseFetch: typeof fetch, stallMs: number): StallWatch {
  const controller = new AbortController();
  const onStall = (): void =>
    controller.abort(new RectoError('processor_timeout', `The text provider has sent nothing for ${Math.round(stallMs / 1000)} s and was given up. The draft is as it was.`));
  let timer = setTimeout(onStall, stallMs);
  const touch = (): void => {
    clearTimeout(timer);
    if (!controller.signal.aborted) timer = setTimeout(onStall, stallMs);
  };
  return {
    signal: controller.signal,
    stop() {
      clearTimeout(timer);
      controller.abort(new RectoError('cancelled', 'The request is over.'));
    },
    async fetch(input, init) {
      const response = await baseFetch(input, init);
      touch();
      if (!response.body) return response;
      const watched = response.body.pipeThrough(
        new TransformStream<Uint8Array<ArrayBuffer>, Uint8Array<ArrayBuffer>>({
          transform(chunk, stream) {
            touch();
            stream.enqueue(chunk);
          },
        }),
      );
      return new Response(watched, { status: response.status, statusText: response.statusText, headers: response.headers });
    },
  };
}
