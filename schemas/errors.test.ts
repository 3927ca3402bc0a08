import { expect, test } from 'vitest';
import { ERROR_CODES, RectoError, type ErrorCode } from './errors.ts';
import { validateProblem } from './generated/validators.js';

test.each(Object.keys(ERROR_CODES) as ErrorCode[])('%s survives a boundary as problem details', (code) => {
  const error = new RectoError(code, 'What happened. What to do.', { errors: [{ path: '/a', message: 'is wrong' }], retryAfterMs: 1500 });
  const problem: unknown = JSON.parse(JSON.stringify(error.toProblem()));
  if (!validateProblem(problem)) throw new Error('not problem details');
  const back = RectoError.fromProblem(problem);
  expect(back).toMatchObject({ code, message: error.message, errors: error.errors, retryAfterMs: 1500, status: ERROR_CODES[code].status });
});

test('a code from a newer server reads as a protocol error and keeps its sentence', () => {
  const error = RectoError.fromProblem({ type: 'urn:x', title: 'New', status: 418, code: 'teapot', detail: 'It is a teapot.' });
  expect(error).toMatchObject({ code: 'protocol', message: 'It is a teapot.' });
  expect(RectoError.fromProblem({ type: '', title: '', status: 1, code: 'constructor' }).code).toBe('protocol');
});

test('whatever is thrown becomes an error with a code and keeps its cause', () => {
  const abort = new DOMException('gone', 'AbortError');
  expect(RectoError.from(abort, 'internal')).toMatchObject({ code: 'cancelled', cause: abort });
  const own = new RectoError('too_large', 'Too large.');
  expect(RectoError.from(own, 'internal')).toBe(own);
  expect(RectoError.from('a string', 'network')).toMatchObject({ code: 'network', message: 'a string', cause: 'a string' });
});
