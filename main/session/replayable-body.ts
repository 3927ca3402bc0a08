/** The body of a request that may have to be sent a second time: it is sent while it comes in, and kept until the server has answered. */

export interface ReplayableBody {
  /** From the beginning, at each call. */
  stream(): ReadableStream<Uint8Array>;
  /** False: more came than is kept. */
  readonly isWhole: boolean;
  /** Nothing more is sent. */
  end(): void;
}

/** Keeps what came, up to so many bytes. */
export function createReplayableBody(source: ReadableStream<Uint8Array>, maxBytes: number): ReplayableBody {
  const reader = source.getReader();
  const chunks: (Uint8Array | null)[] = [];
  const state = { size: 0, isWhole: true, isDone: false };
  let reading: Promise<void> | null = null;

  async function read(): Promise<void> {
    const { value, done } = await reader.read();
    if (done) {
      state.isDone = true;
      return;
    }
    state.size += value.byteLength;
    // Electron reads a body that comes in pieces into one and the same buffer (lib/browser/api/protocol.ts).
    chunks.push(value.slice());
  }

  /** A stream that was given up may have asked for a chunk: the next one takes it over. */
  const readOnce = (): Promise<void> =>
    (reading ??= read().finally(() => {
      reading = null;
    }));

  const forgetWhatIsTooMuch = (sent: number): void => {
    if (state.size <= maxBytes) return;
    state.isWhole = false;
    chunks.fill(null, 0, sent);
  };

  return {
    get isWhole() {
      return state.isWhole;
    },
    stream: () => {
      let next = 0;
      return new ReadableStream<Uint8Array>({
        pull: async (controller) => {
          while (next >= chunks.length && !state.isDone) await readOnce();
          const chunk = chunks[next];
          if (!chunk) return controller.close();
          next += 1;
          controller.enqueue(chunk);
          forgetWhatIsTooMuch(next);
        },
      });
    },
    end: () => void reader.cancel().catch(() => undefined),
  };
}
