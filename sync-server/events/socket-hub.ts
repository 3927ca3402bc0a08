import type { Commit } from '../state-service/blob-store.ts';
import type { SocketEvent } from '#schemas/generated/types.ts';
import type { EventSocket } from './event-socket.ts';

/** All signed-in sockets. Every delivery names the user first: nothing reaches another's sockets. */
export interface SocketHub {
  add(userId: string, socket: EventSocket): void;
  remove(userId: string, socket: EventSocket): void;
  /** `make` is called when someone wants the subject, so that nobody pays for a preview that is not read. */
  publish(userId: string, subject: string, make: () => SocketEvent): void;
  hasListener(userId: string, subject: string): boolean;
  publishCommit(commit: Commit): void;
  endDevice(deviceId: string): void;
  closeAll(): void;
  readonly size: number;
  /** The server's, told to each socket when it opens. */
  readonly epoch: string;
}

/** A commit up to this many characters travels in the event itself; a larger one is pulled. */
const MAX_CARRIED = 256 * 1024;

/** @param tellBeside told of each event too: another way to the user's listeners */
export function createSocketHub(epoch: string, tellBeside?: (userId: string, name: string, event: SocketEvent) => void): SocketHub {
  const byUser = new Map<string, Set<EventSocket>>();
  const all = (): EventSocket[] => [...byUser.values()].flatMap((sockets) => [...sockets]);
  return {
    epoch,
    add: (userId, socket) => {
      const sockets = byUser.get(userId) ?? new Set();
      byUser.set(userId, sockets.add(socket));
    },
    remove: (userId, socket) => {
      const sockets = byUser.get(userId);
      sockets?.delete(socket);
      if (sockets?.size === 0) byUser.delete(userId);
    },
    publish: (userId, subject, make) => {
      const wanting = [...(byUser.get(userId) ?? [])].filter((socket) => socket.wants(subject));
      if (wanting.length === 0 && !tellBeside) return;
      const event = make();
      tellBeside?.(userId, subject, event);
      if (wanting.length === 0) return;
      const text = JSON.stringify(event);
      for (const socket of wanting) socket.send(text);
    },
    hasListener: (userId, subject) => [...(byUser.get(userId) ?? [])].some((socket) => socket.wants(subject)),
    publishCommit: (commit) => {
      // Documents are text: beside the sockets only the need to pull is told.
      tellBeside?.(commit.userId, 'sync.resync', { type: 'sync.resync' });
      const sockets = [...(byUser.get(commit.userId) ?? [])].filter((socket) => socket.syncs);
      if (sockets.length === 0) return;
      const size = commit.docs.reduce((sum, doc) => sum + doc.length, 0);
      const own = sockets.filter((socket) => socket.id === commit.connectionId);
      const others = sockets.filter((socket) => socket.id !== commit.connectionId);
      // The connection that wrote has the documents: it only learns how far the sequence is now.
      for (const socket of own) socket.send(changedText(epoch, commit, []));
      if (others.length === 0) return;
      const text = size <= MAX_CARRIED ? changedText(epoch, commit, commit.docs) : RESYNC;
      for (const socket of others) socket.send(text);
    },
    endDevice: (deviceId) => {
      for (const socket of all()) if (socket.deviceId === deviceId) socket.end('session_ended');
    },
    closeAll: () => {
      for (const socket of all()) socket.end('going_away');
    },
    get size() {
      return all().length;
    },
  };
}

export const RESYNC = '{"type":"sync.resync"}';

/** Joined from the stored texts: a document is never parsed on its way from one device to another. */
function changedText(epoch: string, commit: Commit, docs: readonly string[]): string {
  const checkpoint = JSON.stringify({ epoch, seq: commit.seq });
  return `{"type":"sync.changed","data":{"documents":[${docs.join(',')}],"checkpoint":${checkpoint},"previous_seq":${commit.previousSeq}}}`;
}
