/** Who meets a server that is gone waits here until it is back. */
export interface Gate {
  /** Resolves at once while the gate is open. */
  pass(): Promise<void>;
  open(): void;
  close(): void;
  /** Resolves when so many wait. */
  allWaiting(count: number): Promise<void>;
}

export function createGate(): Gate {
  let isOpen = true;
  let waiting: (() => void)[] = [];
  let look = (): void => {};
  return {
    pass: () =>
      new Promise((resolve) => {
        if (isOpen) return resolve();
        waiting.push(resolve);
        look();
      }),
    open: () => {
      isOpen = true;
      for (const resume of waiting.splice(0)) resume();
    },
    close: () => {
      isOpen = false;
      waiting = [];
    },
    allWaiting: (count) =>
      new Promise((resolve) => {
        look = () => {
          if (waiting.length >= count) resolve();
        };
        look();
      }),
  };
}
