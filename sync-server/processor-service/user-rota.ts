import type { JobStatements } from './job-statements.ts';

/** Users that are looked at in one taking, of each processor. */
const WINDOW = 32;

/**
 * Whose jobs are looked at when some are taken. With few users that is everyone; where hundreds wait, the next part of them each
 * time, so that a taking costs alike and everyone's turn comes.
 */
export class UserRota {
  readonly #nextUser: JobStatements['nextUser'];
  /** Of each processor, who was looked at last. */
  readonly #lastUser = new Map<string, string>();

  constructor({ nextUser }: Pick<JobStatements, 'nextUser'>) {
    this.#nextUser = nextUser;
  }

  /** Users with jobs that are ready for the processor, but for those that may run no more: a seek in the index for each. */
  next(processorId: string, mayRun: (userId: string) => boolean): string[] {
    const last = this.#lastUser.get(processorId) ?? '';
    const users: string[] = [];
    const collect = (from: string, upTo: string | null): void => {
      let user = this.#nextUser.get(processorId, from);
      while (user !== undefined && users.length < WINDOW && (upTo === null || user <= upTo)) {
        if (mayRun(user)) users.push(user);
        user = this.#nextUser.get(processorId, user);
      }
    };
    collect(last, null);
    if (last !== '') collect('', last);
    this.#lastUser.set(processorId, users.length === WINDOW ? users.at(-1)! : '');
    return users;
  }
}
