/** Each file of tests has a temporary folder of its own, which goes when its last test has ended. */
import { afterAll } from 'vitest';
import { takeTemporaryFolder } from './temporary-folder.ts';

afterAll(takeTemporaryFolder());
