import { expect, test } from 'vitest';
import { readInvitation } from './read-invitation.ts';

test.each([
  [' https://write.example.org/#/join/a_b-c ', { token: 'a_b-c', server: 'https://write.example.org' }],
  ['http://127.0.0.1:8010/recto/#/join/abc', { token: 'abc', server: 'http://127.0.0.1:8010/recto' }],
  ['abc', { token: 'abc', server: undefined }],
  ['https://write.example.org/#/reset/abc', { token: 'https://write.example.org/#/reset/abc', server: undefined }],
])('%j is an invitation as it is pasted', (pasted, invitation) => {
  expect(readInvitation(pasted)).toEqual(invitation);
});
