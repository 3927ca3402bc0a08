/** Writes row after row through the mirror, and says each number when it is on the disk, until it is killed. */
import { writeSync } from 'node:fs';
import { join } from 'node:path';
import { openMirror } from '../open-mirror.ts';

const [folder, from] = process.argv.slice(2) as [string, string];
const mirror = await openMirror({
  file: join(folder, 'library.recto'), threadFile: join(import.meta.dirname, '../mirror-thread.ts'), backupFolder: join(folder, 'Backups'),
  onNotice: ({ message }) => writeSync(2, message),
});
const { store } = await mirror.open({ database: 'recto-local', collection: 'blobs', schemaVersion: 0 });
for (let number = Number(from); ; number++) {
  const lwt = 1_790_000_000_000 + number;
  await mirror.write(store, [{ id: `row-${number}`, lwt, rev: '1-a', deleted: false, body: JSON.stringify({ id: `row-${number}`, text: `words ${number} `.repeat(300) }) }]);
  // Waits where its reader is slow: a pipe that is full is no trouble of the mirror's.
  await new Promise((resolve) => process.stdout.write(`${number}\n`, resolve));
}
