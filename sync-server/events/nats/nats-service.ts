import type { EventCredentials, SocketEvent, WorkerInfo } from '#schemas/generated/types.ts';
import type { NatsSettings } from '../../settings.ts';
import { createUserCredentials, createWorkerCredentials } from './nats-credentials.ts';
import type { NatsAccess } from './nats-keys.ts';
import { createNatsLink, type NatsLink } from './nats-link.ts';
import { userSubject, userSubjects, workSubjects } from './subjects.ts';

/** What the server does with NATS beside the bus: it lets apps and workers listen, and speaks to them. */
export interface NatsService {
  link: NatsLink;
  /** For an app of this user. */
  admitUser(userId: string): Promise<EventCredentials>;
  /** For a worker of this processor. */
  admitWorker(processorId: string): Promise<NonNullable<WorkerInfo['nats']>>;
  /** To all of the user's apps that listen; without texts, which are no bus's to carry. */
  tellUser(userId: string, name: string, event: SocketEvent): void;
  /** Wakes one of the processor's workers. */
  announceWork(processorId: string): void;
  /** Tells the processor's workers that a run is no longer wanted. */
  announceCancelled(run: { processorId: string; jobId: string; runId: string }): void;
}

export interface NatsServiceOptions {
  settings: NatsSettings;
  access: NatsAccess;
  /** Milliseconds since the epoch. */
  now(): number;
  onTrouble(trouble: string | null): void;
}

export function createNatsService({ settings, access, now, onTrouble }: NatsServiceOptions): NatsService {
  /** Users who were not told of something while there was no connection: their apps may be on NATS all the same, and pull then. */
  const missed = new Set<string>();
  const tell = (userId: string, name: string, event: SocketEvent): void => link.publish(userSubject(userId, name), JSON.stringify(withoutText(event)));
  const tellMissed = (): void => {
    for (const userId of missed) tell(userId, 'sync.resync', { type: 'sync.resync' });
    missed.clear();
  };
  const link = createNatsLink({ url: settings.url, access, onTrouble, onReady: tellMissed });
  return {
    link,
    admitUser: async (userId) => ({ url: settings.publicUrl, ...(await createUserCredentials(access, userId, now())), subject: userSubjects(userId) }),
    admitWorker: async (processorId) => ({
      url: settings.publicUrl,
      ...(await createWorkerCredentials(access, processorId, now())),
      subjects: workSubjects(processorId),
    }),
    tellUser: (userId, name, event) => {
      if (link.trouble() === null) tell(userId, name, event);
      else missed.add(userId);
    },
    announceWork: (processorId) => link.publish(workSubjects(processorId).work, ''),
    announceCancelled: ({ processorId, jobId, runId }) =>
      link.publish(workSubjects(processorId).cancelled, JSON.stringify({ job_id: jobId, run_id: runId })),
  };
}

function withoutText(event: SocketEvent): SocketEvent {
  if (event.type !== 'blob.derived') return event;
  const { preview: _preview, ...data } = event.data;
  return { ...event, data };
}
