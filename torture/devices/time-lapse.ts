/** The time of a device's process: faster than the wall's, and set wrong when someone says so. */

/**
 * From now on timers end `speed` times as soon and Date.now() goes on as fast: what the app waits for (a pause in typing,
 * the next try, the look after a chapter that left its book) it waits for a shorter while, unchanged.
 * @returns how to set the clock: milliseconds away from the right time. Timers don't mind, as in life
 */
export function startTimeLapse(speed: number): { setOffset(offsetMs: number): void } {
  const realNow = Date.now.bind(Date);
  const start = realNow();
  let offset = 0;
  Date.now = () => Math.floor(start + (realNow() - start) * speed + offset);
  const { setTimeout: realTimeout, setInterval: realInterval } = globalThis;
  const lapse = (timer: (handler: () => void, ms?: number) => unknown) => (handler: (...args: unknown[]) => void, ms = 0, ...args: unknown[]) => timer(() => handler(...args), ms / speed);
  Object.assign(globalThis, { setTimeout: lapse(realTimeout as never), setInterval: lapse(realInterval as never) });
  return {
    setOffset: (offsetMs) => {
      offset = offsetMs;
    },
  };
}
