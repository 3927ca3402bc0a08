/** All that the window gets of Electron: the calls of the contract and its events. No module, no channel, no ipcRenderer. */
import { contextBridge, ipcRenderer } from 'electron';
import { IPC_CALL_CHANNEL, IPC_EVENT_CHANNEL, PROCESSOR_PORT, type IpcAnswer, type IpcBridge, type IpcCallName, type IpcEvent, type IpcInput } from '#schemas/ipc.ts';

const call =
  <N extends IpcCallName>(name: N) =>
  (input: IpcInput<N>): Promise<IpcAnswer<N>> =>
    ipcRenderer.invoke(IPC_CALL_CHANNEL, name, input) as Promise<IpcAnswer<N>>;

const bridge = {
  calls: {
    'app.start': call('app.start'),
    'backups.choose-folder': call('backups.choose-folder'),
    'backups.inspect': call('backups.inspect'),
    'backups.list': call('backups.list'),
    'backups.open-file': call('backups.open-file'),
    'backups.read-book': call('backups.read-book'),
    'backups.reveal': call('backups.reveal'),
    'backups.take': call('backups.take'),
    'export.everything': call('export.everything'),
    'files.pick': call('files.pick'),
    'files.reveal': call('files.reveal'),
    'files.save-begin': call('files.save-begin'),
    'files.save-cancel': call('files.save-cancel'),
    'files.save-end': call('files.save-end'),
    'files.save-write': call('files.save-write'),
    'menu.set-context': call('menu.set-context'),
    'mirror.forget': call('mirror.forget'),
    'mirror.open': call('mirror.open'),
    'mirror.read': call('mirror.read'),
    'mirror.read-keys': call('mirror.read-keys'),
    'mirror.read-some': call('mirror.read-some'),
    'mirror.write': call('mirror.write'),
    'models.find': call('models.find'),
    'models.list': call('models.list'),
    'processors.start-host': call('processors.start-host'),
    'processors.stop-host': call('processors.stop-host'),
    'secrets.delete-provider-key': call('secrets.delete-provider-key'),
    'secrets.set-provider-key': call('secrets.set-provider-key'),
    'secrets.status': call('secrets.status'),
    'session.close-socket': call('session.close-socket'),
    'session.enter': call('session.enter'),
    'session.leave': call('session.leave'),
    'session.open-socket': call('session.open-socket'),
    'session.request-reset': call('session.request-reset'),
    'session.resume': call('session.resume'),
    'session.send': call('session.send'),
    'spelling.add-word': call('spelling.add-word'),
    'spelling.read': call('spelling.read'),
    'spelling.remove-word': call('spelling.remove-word'),
    'spelling.set-languages': call('spelling.set-languages'),
    'tasks.cancel': call('tasks.cancel'),
    'updates.check': call('updates.check'),
    'window.flushed': call('window.flushed'),
    'window.print': call('window.print'),
    'window.ready': call('window.ready'),
    'window.set-focus-mode': call('window.set-focus-mode'),
  },
  onEvent(listener) {
    // The event's own object stays here: it would hand the page Electron's sender.
    const hear = (_event: unknown, event: IpcEvent): void => listener(event);
    ipcRenderer.on(IPC_EVENT_CHANNEL, hear);
    return () => void ipcRenderer.off(IPC_EVENT_CHANNEL, hear);
  },
} satisfies IpcBridge;

contextBridge.exposeInMainWorld('recto', bridge);

// A bridge carries no ports: a host's port goes on as a message from the window to itself.
ipcRenderer.on(PROCESSOR_PORT, (event, message: { hostId: number }) => {
  window.postMessage({ type: PROCESSOR_PORT, hostId: message.hostId }, window.location.origin, event.ports);
});
