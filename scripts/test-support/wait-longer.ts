/** `vi.waitFor` and `vi.waitUntil` wait as long as `expect.poll`: vitest has a setting for that alone, and gives these a second. */
import { vi } from 'vitest';
import { POLL_MS } from '../../vitest.config.ts';

const { waitFor, waitUntil } = vi;

const patient = <T extends object>(options: T | number = {} as T): T => ({ timeout: POLL_MS, ...(typeof options === 'number' ? { timeout: options } : options) }) as T;

vi.waitFor = (callback, options) => waitFor(callback, patient(options));
vi.waitUntil = (callback, options) => waitUntil(callback, patient(options));
