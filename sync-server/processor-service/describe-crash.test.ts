import { expect, it } from 'vitest';
import { describeCrash } from './describe-crash.ts';

const UNCAUGHT = `file:///srv/recto/processors/x.ts:12
        throw new Error(text);
              ^

Error: The ship sailed into the storm.
    at dawn, and nobody saw it again (file:///srv/the ship.ts:1:1)
    at Object.run (file:///srv/recto/processors/x.ts:12:15)
    at async file:///srv/recto/processors/hosts/run-processor.ts:41:12
    at process.processTicksAndRejections (node:internal/process/task_queues:103:5)

Node.js v24.21.0
`;

it('says where a process went wrong, and no word of the text that it had', () => {
  expect(describeCrash(UNCAUGHT, 1, null)).toEqual({
    reason: 'exit code 1',
    report: `exit code 1
    at Object.run (file:///srv/recto/processors/x.ts:12:15)
    at async file:///srv/recto/processors/hosts/run-processor.ts:41:12
    at process.processTicksAndRejections (node:internal/process/task_queues:103:5)`,
  });
});

it.each([
  ['FATAL ERROR: Reached heap limit Allocation failed - JavaScript heap out of memory', 'SIGABRT'],
  ['FATAL ERROR: invalid table size Allocation failed - JavaScript heap out of memory', 'SIGABRT'],
  ['# Fatal JavaScript invalid size error 169220804 (see crbug.com/1201626)', 'SIGTRAP'],
])('says of %s that the memory was too little', (words, signal) => {
  expect(describeCrash(words, null, signal).reason).toBe('it needs more memory than it may have');
});

it('names the signal by which a process was ended', () => {
  expect(describeCrash('', null, 'SIGKILL').report).toBe('SIGKILL');
});
