import { expect, test } from 'vitest';
import { describeKey } from './use-key-hint.ts';

const keyFor = 'https://api.example.com';

test('says how long a key is kept, and whose the kept one is', () => {
  expect(describeKey({ persistent: true, keyFor: null }, '')).toBe('Kept on this computer, in no book and on no server.');
  expect(describeKey({ persistent: false, keyFor: null }, '')).toContain('until Recto closes');
  expect(describeKey({ persistent: true, keyFor }, 'https://api.example.com/v1')).toContain('Leave it empty');
  for (const other of ['https://api.example.org/v1', 'http://api.example.com/v1', 'https://api.example.com:8443/v1', 'api.example.com', '']) {
    expect(describeKey({ persistent: true, keyFor }, other)).toContain('is for https://api.example.com and goes nowhere else');
  }
});
