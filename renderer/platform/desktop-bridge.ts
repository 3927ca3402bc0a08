/** The window's side of schemas/ipc.ts: calls that answer or throw, and events by their names. */
import { RectoError } from '#schemas/errors.ts';
import type { IpcBridge, IpcCallName, IpcEventName, IpcEvents, IpcInput, IpcOutput } from '#schemas/ipc.ts';

declare global {
  interface Window {
    /** There in a desktop window alone: main/preload.ts. */
    readonly recto?: IpcBridge;
  }
}

/** Asks the program. @throws RectoError of the call's codes */
export type CallMain = <N extends IpcCallName>(name: N, input: IpcInput<N>) => Promise<IpcOutput<N>>;

/** Listens to one kind of event. @returns how to stop */
export type ListenToMain = <N extends IpcEventName>(name: N, listener: (data: IpcEvents[N]) => void) => () => void;

/** An answer is its value; a problem is thrown as the error that it describes. */
export function createCaller(bridge: IpcBridge): CallMain {
  return async (name, input) => {
    const answer = await bridge.calls[name](input).catch((thrown: unknown) => {
      throw RectoError.from(thrown, 'internal', 'The window could not reach its program. What was saved is safe; close Recto and open it again.');
    });
    if (!answer.ok) throw RectoError.fromProblem(answer.error);
    return answer.value;
  };
}

export function createListener(bridge: IpcBridge): ListenToMain {
  return (name, listener) =>
    bridge.onEvent((event) => {
      if (isOf(event, name)) listener(event.data);
    });
}

function isOf<N extends IpcEventName>(event: { name: IpcEventName; data: unknown }, name: N): event is { name: N; data: IpcEvents[N] } {
  return event.name === name;
}
