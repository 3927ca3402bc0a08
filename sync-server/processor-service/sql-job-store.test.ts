import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { runJobStoreAcceptance } from '#processors/orchestrator/job-store.acceptance.ts';
import { openDatabase } from '../db/database.ts';
import { createSqlJobStore } from './sql-job-store.ts';

runJobStoreAcceptance('SQL', async () => {
  const folder = mkdtempSync(join(tmpdir(), 'recto-jobs-'));
  const database = openDatabase(join(folder, 'recto.db'));
  return {
    store: createSqlJobStore(database),
    close: async () => {
      await database.close();
      rmSync(folder, { recursive: true, force: true });
    },
  };
});
