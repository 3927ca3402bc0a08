import { FairShare, type Queue } from '#processors/orchestrator/fair-share.ts';
import type { JobStore, TakeOptions } from '#processors/orchestrator/ports.ts';
import type { ErrorCode } from '#schemas/errors.ts';
import type { Database } from '../db/database.ts';
import type { JobsTable } from '../db/tables.ts';
import { UserRota } from './user-rota.ts';
import { prepareJobStatements, toJob, toRow, updateJob, type CandidateRow, type JobStatements } from './job-statements.ts';

const STOPPED: { error_code: ErrorCode; error_message: string } = {
  error_code: 'processor_crashed',
  error_message: 'The server ended while this ran.',
};
const LAPSED = { code: 'processor_crashed', message: 'The worker fell silent, and the job was given to another.' } as const;

/** The orchestrator's job store in the server's database. */
export function createSqlJobStore(database: Database): JobStore {
  const statements = prepareJobStatements(database);
  const share = new FairShare();
  const rota = new UserRota(statements);
  return {
    add: (job) => database.transaction(() => statements.add.run(toRow(job)).changes === 1),
    get: (id) =>
      database.exclusive(() => {
        const row = statements.get.get(id);
        return row ? toJob(row) : null;
      }),
    take: (options) => database.transaction(() => takeJobs(statements, share, rota, options).map(toJob)),
    update: (job, expected) => database.transaction(() => updateJob(statements, job, expected)),
    supersedeOlder: (options) => database.transaction(() => void statements.supersede.run(options)),
    nextDue: ({ after, processorIds }) =>
      database.exclusive(() => {
        const processors = JSON.stringify(processorIds);
        const times = [statements.nextDelayed.get(after, processors), statements.nextLapse.get(after, processors)].filter((at) => at !== undefined);
        return times.length > 0 ? Math.min(...times) : null;
      }),
    releaseRunning: (now) =>
      database.transaction(() => {
        statements.failRunning.run({ now, ...STOPPED });
        statements.release.run({ now });
      }),
  };
}

function takeJobs(statements: JobStatements, share: FairShare, rota: UserRota, { now, leaseMs, free, perUser }: TakeOptions): JobsTable[] {
  statements.ripen.run(now);
  const running = new Map(statements.running.all(now).map(({ user_id, jobs }) => [user_id, jobs]));
  const lapsed = statements.lapsed.all(now);
  const lapsedIds = new Set(lapsed.map(({ id }) => id));
  const ready = [...free.keys()].flatMap((processorId) =>
    rota.next(processorId, (userId) => (running.get(userId) ?? 0) < perUser).map((userId): Queue<CandidateRow> => ({
      userId, processorId, at: (skip) => statements.ready.get(processorId, userId, skip),
    })));
  return share.choose([...lapsed.map(toQueue), ...ready], { free, perUser, running }).map(({ id }) => {
    const row = statements.take.get({ id, now, lease_until: now + leaseMs })!;
    if (lapsedIds.has(id)) statements.fail.run({ job_id: id, attempt: row.attempts - 1, error_code: LAPSED.code, error_message: LAPSED.message, failed_at: now });
    return row;
  });
}

function toQueue(row: CandidateRow): Queue<CandidateRow> {
  return { userId: row.user_id, processorId: row.processor_id, at: (skip) => (skip === 0 ? row : undefined) };
}
