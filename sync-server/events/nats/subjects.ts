/** The subjects of NATS: tokens between dots; `*` and `>` are wildcards, white space ends a subject. */

/** Whether a text can stand in a subject as one token, and means itself alone. Consumers' names take no more either. */
export function isToken(text: string): boolean {
  return /^[A-Za-z0-9_:-]+$/.test(text);
}

/** A text as one token: what can't stand in one is written as in an address (`%2E`). */
export function toToken(text: string): string {
  return encodeURIComponent(text).replace(/[.*!'()~]/g, (character) => `%${character.charCodeAt(0).toString(16).toUpperCase()}`);
}

/** All that a user's app may hear. */
export function userSubjects(userId: string): string {
  return `user.${userId}.>`;
}

/** @param subject of the event, such as `blob.created.text-input-v2` */
export function userSubject(userId: string, subject: string): string {
  return `user.${userId}.${subject.split('.').map(toToken).join('.')}`;
}

/** What a processor's remote workers hear: that there is work (in a queue group, so that one of them wakes); ids of cancelled jobs. */
export function workSubjects(processorId: string): { work: string; cancelled: string } {
  return { work: `work.${processorId}`, cancelled: `work.${processorId}.cancelled` };
}
