import { describe, expect, it } from 'vitest';
import { requireGoodPassword } from './password-rules.ts';

const ABOUT = { email: 'ada.lovelace@example.org', serverUrl: 'https://write.example.net' };
const tryOut = (password: string) => requireGoodPassword(password, ABOUT, '/password');

describe('a password', () => {
  it.each(['password1', 'Password1', 'qwertyuiop', '1234567890', 'iloveyou', 'ｐａｓｓｗｏｒｄ１'])('that is tried first is refused, however it is written: %s', async (password) => {
    await expect(tryOut(password)).rejects.toMatchObject({ code: 'schema_violation', errors: [{ path: '/password' }] });
  });

  it.each(['ada.lovelace@example.org', 'Lovelace2026!', '!!recto!!', '123write123', 'manuscript'])('that is the name of the account, its server or the app is refused: %s', async (password) => {
    await expect(tryOut(password)).rejects.toMatchObject({ code: 'schema_violation', message: expect.stringContaining('name') });
  });

  it.each(['a long walk by the sea', 'correct horse battery', 'lovelace walks by the sea', 'ÄÖÜ ist kein Wort', '🐋🐋🐋🐋🐋🐋🐋🐋', 'x'.repeat(1000), '        1'])('of any other characters is taken: %s', async (password) => {
    await expect(tryOut(password)).resolves.toBeUndefined();
  });
});
