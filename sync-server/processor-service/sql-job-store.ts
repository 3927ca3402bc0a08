import { FairShare, type Queue } from '#processors/orchestrator/fair-share.ts';
import type { JobStore, TakeOptions } from '#processors/orchestrator/ports.ts';
import type { ErrorCode } from '#schemas/errors.ts';
import type { Database } from '../db/database.ts';
import type { JobsTable } from '../db/tables.ts';
import { prepareJobStatements, toJob, toRow, updateJob, type CandidateRow, type JobStatements } from './job-statements.ts';
import { ReadyQueues } from './ready-queues.ts';

const STOPPED: { error_code: ErrorCode; error_message: string } = {
  error_code: 'processor_crashed',
  error_message: 'The server ended while this ran.',
};
const LAPSED = { code: 'processor_crashed', message: 'The worker fell silent, and the job was given to another.' } as const;

/** The orchestrator's job store in the server's database; the only one on it that queues and takes jobs. */
export function createSqlJobStore(database: Database): JobStore {
  const statements = prepareJobStatements(database);
  const share = new FairShare();
  const queues = new ReadyQueues(statements);
  const write = async <T>(work: () => T): Promise<T> => {
    try {
      return await database.transaction(work);
    } catch (error) {
      // Nothing of it is stored, and what is known of the queues may rest on it.
      queues.forget();
      throw error;
    }
  };
  return {
    add: (job) =>
      write(() => {
        queues.change(job);
        return statements.add.run(toRow(job)).changes === 1;
      }),
    get: (id) =>
      database.exclusive(() => {
        const row = statements.get.get(id);
        return row ? toJob(row) : null;
      }),
    take: (options) => write(() => takeJobs(statements, share, queues, options).map(toJob)),
    update: (job, expected) =>
      write(() => {
        if (job.state === 'queued' || expected.state === 'queued') queues.change(job);
        return updateJob(statements, job, expected);
      }),
    supersedeOlder: (options) =>
      write(() => {
        queues.change(options);
        for (const id of statements.supersede.all(options)) statements.forgetAnswers.run(id);
      }),
    nextDue: ({ after, processorIds }) =>
      database.exclusive(() => {
        const processors = JSON.stringify(processorIds);
        const times = [statements.nextDelayed.get(after, processors), statements.nextLapse.get(after, processors)].filter((at) => at !== undefined);
        return times.length > 0 ? Math.min(...times) : null;
      }),
    releaseRunning: (now) =>
      write(() => {
        queues.forget();
        statements.failRunning.run({ now, ...STOPPED });
        statements.release.run({ now });
      }),
  };
}

function takeJobs(statements: JobStatements, share: FairShare, queues: ReadyQueues, { now, leaseMs, free, perUser }: TakeOptions): JobsTable[] {
  if (statements.ripen.run(now).changes > 0) queues.forget();
  const running = new Map(statements.running.all(now).map(({ user_id, jobs }) => [user_id, jobs]));
  const lapsed = statements.lapsed.all(now);
  const lapsedIds = new Set(lapsed.map(({ id }) => id));
  const ready = [...free.keys()].flatMap((processorId) => queues.of(processorId));
  return share.choose([...lapsed.map(toQueue), ...ready], { free, perUser, running }).map((candidate) => {
    const { id } = candidate;
    queues.change(candidate);
    const row = statements.take.get({ id, now, lease_until: now + leaseMs })!;
    if (lapsedIds.has(id)) statements.fail.run({ job_id: id, attempt: row.attempts - 1, error_code: LAPSED.code, error_message: LAPSED.message, failed_at: now });
    return row;
  });
}

function toQueue(row: CandidateRow): Queue<CandidateRow> {
  return { userId: row.user_id, processorId: row.processor_id, at: (skip) => (skip === 0 ? row : undefined) };
}
