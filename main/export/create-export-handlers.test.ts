import { mkdtempSync, readdirSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { basename, join } from 'node:path';
import type { BrowserWindow } from 'electron';
import { describe, expect, it, onTestFinished } from 'vitest';
import { createGrants } from '../files/grants.ts';
import type { IpcContext } from '../ipc.ts';
import { createTaskHandlers, createTasks } from '../tasks.ts';
import { createExportHandlers } from './create-export-handlers.ts';
import { makeRealBook, writeLibrary } from './test-support/make-library.ts';

type Sent = { name: string; data: unknown };

/** @param onProgress what the window does when it hears how far the export is */
function setUp({ closesDialog = false, onProgress }: { closesDialog?: boolean; onProgress?: () => void } = {}) {
  const folder = mkdtempSync(join(tmpdir(), 'recto-export-calls-'));
  onTestFinished(() => rmSync(folder, { recursive: true, force: true }));
  const libraryFile = join(folder, 'library.recto');
  writeLibrary(libraryFile, makeRealBook('frankenstein'));
  const sent: Sent[] = [];
  const context: IpcContext = {
    window: {} as BrowserWindow,
    send(name, data) {
      sent.push({ name, data });
      onProgress?.();
    },
  };
  const grants = createGrants();
  const tasks = createTasks();
  const handlers = createExportHandlers({
    dialog: { showOpenDialog: async () => ({ canceled: closesDialog, filePaths: closesDialog ? [] : [folder] }), showSaveDialog: () => Promise.reject(new Error('not asked')) },
    grants,
    tasks,
    libraryFile,
    threadFile: join(import.meta.dirname, 'export-thread.ts'),
    documents: () => folder,
    now: () => new Date(2026, 0, 2, 23, 59),
  });
  return { folder, handlers, context, sent, grants, taskHandlers: createTaskHandlers(tasks) };
}

describe('export.everything', () => {
  it('makes a folder of its own where the author says, each time, and tells how far it is', async () => {
    const { folder, handlers, context, sent, grants } = setUp();
    const first = await handlers['export.everything']({ taskId: 't1' }, context);
    expect(first).toMatchObject({ place: `in ${basename(folder)} as Recto export 2026-01-02`, books: 1, files: 34 });
    expect(grants.pathOf(first?.grant ?? '')).toBe(join(folder, 'Recto export 2026-01-02'));
    expect(sent.at(-1)).toEqual({ name: 'progress', data: { taskId: 't1', done: 64, total: 64 } });
    await handlers['export.everything']({ taskId: 't1' }, context);
    expect(readdirSync(folder).toSorted()).toEqual(['Recto export 2026-01-02', 'Recto export 2026-01-02 (2)', 'library.recto']);
  });

  it('does nothing where the author closes the dialog', async () => {
    const { folder, handlers, context, sent } = setUp({ closesDialog: true });
    expect(await handlers['export.everything']({ taskId: 't1' }, context)).toBeNull();
    expect({ sent, files: readdirSync(folder) }).toEqual({ sent: [], files: ['library.recto'] });
  });

  it('is stopped by tasks.cancel, and nothing is left', async () => {
    const parts: ReturnType<typeof setUp> = setUp({ onProgress: () => void parts.taskHandlers['tasks.cancel']({ taskId: 't1' }, parts.context) });
    await expect(parts.handlers['export.everything']({ taskId: 't1' }, parts.context)).rejects.toMatchObject({ code: 'cancelled' });
    expect(readdirSync(parts.folder)).toEqual(['library.recto']);
  });

  it('runs once for one task', async () => {
    const { handlers, context, taskHandlers } = setUp();
    await taskHandlers['tasks.cancel']({ taskId: 'nothing' }, context);
    const both = await Promise.allSettled(['t1', 't1'].map((taskId) => handlers['export.everything']({ taskId }, context)));
    expect(both.map(({ status }) => status).toSorted()).toEqual(['fulfilled', 'rejected']);
  });
});
