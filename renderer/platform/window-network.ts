import type { Network } from '#app/ports.ts';

/**
 * The network as a window has it.
 * @param onWake listens to the system's waking up, where there is someone to tell of it: the engine notices no change then
 */
export function createWindowNetwork(onWake: (listener: () => void) => () => void = () => () => undefined): Network {
  return {
    isOnline: () => navigator.onLine,
    onChange(listener) {
      window.addEventListener('online', listener);
      window.addEventListener('offline', listener);
      const forgetWake = onWake(listener);
      return () => {
        forgetWake();
        window.removeEventListener('online', listener);
        window.removeEventListener('offline', listener);
      };
    },
  };
}
