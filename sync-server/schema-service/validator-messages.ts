import type { FieldError } from '#schemas/errors.ts';

/** What the server asks of the process; one question at a time, and each has one answer. */
export type ToValidator =
  /** Can it be compiled, and are its patterns quick? */
  | { type: 'check'; definition: unknown }
  /** `definition` comes with the first question of its key. */
  | { type: 'validate'; key: string; definition?: unknown; data: unknown }
  /** What does this YAML say? */
  | { type: 'parse'; yaml: string };

export type FromValidator =
  /** All is loaded: from here on, time is the question's. */
  | { type: 'ready' }
  | ({ type: 'answer' } & ValidatorAnswer);

export interface ValidatorAnswer {
  errors: FieldError[];
  /** Of `parse`, where there are no errors. */
  value?: unknown;
}
