import { constants, setPriority } from 'node:os';
import { join } from 'node:path';
import { RectoError } from '#schemas/errors.ts';
import type { ServerSettings } from '../settings.ts';
import { backUp, type BackupSources } from './back-up.ts';
import { restore } from './restore.ts';

type Settings = Pick<ServerSettings, 'dataDir' | 'databaseFile' | 'nats'>;

/** `backup <folder>`, beside a running server or not. @throws RectoError configuration (the usage), and those of `backUp` */
export async function backupCommand(settings: Settings, args: readonly string[], usage: string): Promise<void> {
  const folder = readFolder(args, usage);
  // A running server answers writers meanwhile: the backup can wait, they can't.
  setPriority(constants.priority.PRIORITY_BELOW_NORMAL);
  const { files, rows } = backUp(toSources(settings), folder, Date.now());
  const megabytes = (files.reduce((sum, { size }) => sum + size, 0) / 1024 / 1024).toFixed(1);
  console.log(`The backup is in ${folder}: ${rows['users'] ?? 0} accounts, ${rows['blobs'] ?? 0} blobs, ${files.length} files, ${megabytes} MB. It holds the server’s keys: keep it where nobody else reads it.`);
}

/** `restore <folder>`, while no server runs. @throws RectoError configuration (the usage), and those of `restore` */
export async function restoreCommand(settings: Settings, args: readonly string[], usage: string): Promise<void> {
  const folder = readFolder(args, usage);
  const { manifest, aside } = restore(toSources(settings), folder, Date.now());
  console.log(`The backup of ${manifest.made_at} is in its place: start the server. Devices then send up again what was written since.`);
  if (aside !== null) console.log(`What was there before is kept: ${aside}`);
}

function readFolder(args: readonly string[], usage: string): string {
  const [folder, ...more] = args;
  if (folder === undefined || folder.startsWith('-') || more.length > 0) throw new RectoError('configuration', usage);
  return folder;
}

function toSources({ dataDir, databaseFile, nats }: Settings): BackupSources {
  return { dataDir, databaseFile, natsDir: nats?.dir ?? join(dataDir, 'nats') };
}
