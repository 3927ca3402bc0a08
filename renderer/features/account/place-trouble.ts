import { RectoError } from '#schemas/errors.ts';
import { describeError } from '#renderer/shell/describe-error.ts';

export type SignInField = 'server' | 'email' | 'password' | 'invitation' | 'form';

export interface Trouble {
  field: SignInField;
  message: string;
}

export const MIN_PASSWORD = 8;

/** Which field a server's answer is about. */
export function placeTrouble(thrown: unknown): Trouble {
  const message = describeError(thrown);
  if (!(thrown instanceof RectoError)) return { field: 'form', message };
  if (thrown.code === 'network' || thrown.code === 'protocol' || thrown.code === 'malformed') return { field: 'server', message };
  if (thrown.code === 'already_exists') return { field: 'email', message };
  if (thrown.code === 'registration_closed') return { field: 'invitation', message };
  const path = thrown.errors?.[0]?.path ?? '';
  if (path.includes('email')) return { field: 'email', message };
  if (thrown.code === 'link_invalid') return { field: 'invitation', message };
  if (path.includes('password') || thrown.code === 'wrong_credentials') return { field: 'password', message };
  return { field: 'form', message };
}

/** What can be said before anybody is asked. */
export function findTrouble(values: { server: string; email: string; password: string }, how: 'sign in' | 'sign up' | 'reset'): Trouble | null {
  if (values.server === '') return { field: 'server', message: 'Give the server’s address, such as https://recto.example.org.' };
  if (!/^\S+@\S+$/.test(values.email)) return { field: 'email', message: 'Give the email address of your account.' };
  if (how === 'reset') return null;
  if (values.password === '') return { field: 'password', message: 'Give the password.' };
  if (how === 'sign up' && values.password.length < MIN_PASSWORD) return { field: 'password', message: `A password has at least ${MIN_PASSWORD} characters: a short sentence is a good one.` };
  return null;
}
