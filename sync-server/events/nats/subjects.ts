/** The subjects of NATS: tokens between dots; `*` and `>` are wildcards, white space ends a subject. */

/** Whether a text can stand in a subject as one token, and means itself alone. Consumers' names take no more either. */
export function isToken(text: string): boolean {
  return /^[A-Za-z0-9_:-]+$/.test(text);
}

/** A text as one token: what can't stand in one is written as in an address (`%2E`); an empty one as `%`. */
export function toToken(text: string): string {
  return text === '' ? '%' : encodeURIComponent(text.replace(/\p{Surrogate}/gu, '\uFFFD')).replace(/[.*!'()~]/g, (character) => `%${character.charCodeAt(0).toString(16).toUpperCase()}`);
}

/** Of an event's name, such as `blob.created.text-input-v2`, where a schema's id may be anything. */
export function toSubject(name: string): string {
  return name.split('.').map(toToken).join('.');
}

/** All that a user's app may hear. */
export function userSubjects(userId: string): string {
  return `user.${userId}.>`;
}

/** @param name of the event, such as `blob.created.text-input-v2` */
export function userSubject(userId: string, name: string): string {
  return `user.${userId}.${toSubject(name)}`;
}

/** What a processor's remote workers hear: that there is work (in a queue group, so that one of them wakes); ids of cancelled jobs. */
export function workSubjects(processorId: string): { work: string; cancelled: string } {
  return { work: `work.${processorId}`, cancelled: `work.${processorId}.cancelled` };
}
