import { expect, it } from 'vitest';
import { derivedBlobId, jobId } from './ids.ts';

// These ids are stored on every device and server: a change here makes all that was derived be derived again.
it('keeps its ids for ever', () => {
  expect(derivedBlobId('text-expansion', 'blob_123', 1, {})).toBe('d997a2b1ef72229c5b15cbe012d52cf41440c19580d8a43acbbd8c0298fc4634');
  expect(derivedBlobId('text-expansion', 'blob_123', 2, { style: 'formal', only_passages: [1, 2], seed: 0.5 })).toBe('67cba4022c064068ba89191165152d3c2c020b858ea518426b343da6c49a90db');
  expect(jobId({ user_id: 'user_456', processor_id: 'text-expansion', blob_id: 'blob_123', blob_version: 1, config: {} })).toBe('fc26d497ce1fe8556b1f7700d2765b2cd853fe8d68da0a0138dfd9aa930883bf');
});

it('gives ids that a blob may have', () => {
  expect(derivedBlobId('p', 'b', 1, { text: 'naïve 🌊' })).toMatch(/^[0-9a-f]{64}$/);
});
