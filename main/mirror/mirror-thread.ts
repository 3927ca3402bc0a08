/** Entry of the mirror's two worker threads: one keeps the library's file, the other reads backups. Main never waits for a disk. */
import { parentPort, workerData } from 'node:worker_threads';
import { createKeeperMethods } from './keeper-methods.ts';
import { createReaderMethods } from './reader-methods.ts';
import { serveMethods } from './thread-messages.ts';

export type MirrorThreadData = { role: 'keeper'; file: string; backupFolder: string } | { role: 'reader' };

const data = workerData as MirrorThreadData;
if (data.role === 'keeper') serveMethods(parentPort!, createKeeperMethods(data.file, data.backupFolder));
else serveMethods(parentPort!, createReaderMethods());
