import { expect, test } from 'vitest';
import { RectoError } from '#schemas/errors.ts';
import type { IpcBridge, IpcEvent } from '#schemas/ipc.ts';
import { createCaller, createListener } from './desktop-bridge.ts';

function bridgeOf(calls: Partial<IpcBridge['calls']>): IpcBridge & { emit(event: IpcEvent): void } {
  const listeners = new Set<(event: IpcEvent) => void>();
  return {
    calls: calls as IpcBridge['calls'],
    onEvent(listener) {
      listeners.add(listener);
      return () => listeners.delete(listener);
    },
    emit: (event) => listeners.forEach((listener) => listener(event)),
  };
}

test('an answer is its value, and a problem is thrown with its code and sentence', async () => {
  const call = createCaller(
    bridgeOf({
      'window.print': async () => ({ ok: true, value: false }),
      'backups.inspect': async () => ({ ok: false, error: new RectoError('storage_damaged', 'This backup is damaged.').toProblem() }),
    }),
  );
  await expect(call('window.print', {})).resolves.toBe(false);
  await expect(call('backups.inspect', { backupId: 'b' })).rejects.toMatchObject({ code: 'storage_damaged', message: 'This backup is damaged.' });
});

test('a bridge that breaks says what is safe', async () => {
  const call = createCaller(bridgeOf({ 'window.print': () => Promise.reject(new Error('An object could not be cloned.')) }));
  await expect(call('window.print', {})).rejects.toMatchObject({ code: 'internal', message: expect.stringContaining('What was saved is safe') });
});

test('a listener hears its own events until it stops', () => {
  const bridge = bridgeOf({});
  const heard: string[] = [];
  const stop = createListener(bridge)('command', ({ commandId }) => heard.push(commandId));
  bridge.emit({ name: 'resumed', data: {} });
  bridge.emit({ name: 'command', data: { commandId: 'book.new' } });
  stop();
  bridge.emit({ name: 'command', data: { commandId: 'settings.open' } });
  expect(heard).toEqual(['book.new']);
});
