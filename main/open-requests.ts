/** What was asked to be opened waits for a page, and reaches it as the event `open`, one after the other. */
import { extname } from 'node:path';
import { RectoError } from '#schemas/errors.ts';
import type { BackupEntry, Notice, OpenTarget, PickedManuscript } from '#schemas/ipc.ts';
import type { OpenRequest } from './arguments.ts';
import { parseLink } from './links.ts';

export interface OpenParts {
  /** A file or a folder of a manuscript. @throws RectoError */
  readManuscript(path: string): Promise<PickedManuscript>;
  /** A backup, or a library's file from elsewhere. @throws RectoError */
  readBackup(path: string): Promise<BackupEntry>;
  send(target: OpenTarget): void;
  notify(notice: Notice): void;
}

export interface OpenRequests {
  /** In the order given; manuscripts that come together are imported together. */
  open(requests: readonly OpenRequest[]): void;
  /** The page is there, and hears. */
  ready(): void;
  /** The page is gone. */
  hold(): void;
}

export function createOpenRequests(parts: OpenParts): OpenRequests {
  let isReady = false;
  let waiting: OpenTarget[] = [];
  let reading: Promise<void> = Promise.resolve();
  const deliver = (): void => {
    if (!isReady) return;
    const targets = waiting;
    waiting = [];
    for (const target of targets) parts.send(target);
  };
  return {
    open(requests) {
      reading = reading.then(async () => {
        waiting.push(...(await readTargets(requests, parts)));
        deliver();
      });
    },
    ready() {
      isReady = true;
      deliver();
    },
    hold() {
      isReady = false;
    },
  };
}

async function readTargets(requests: readonly OpenRequest[], parts: OpenParts): Promise<OpenTarget[]> {
  const targets: OpenTarget[] = [];
  const manuscripts: PickedManuscript[] = [];
  for (const request of requests) {
    try {
      if (request.kind === 'link') targets.push(followLink(request.link));
      else if (extname(request.path).toLowerCase() === '.recto') targets.push({ kind: 'backup', backup: await parts.readBackup(request.path) });
      else manuscripts.push(await parts.readManuscript(request.path));
    } catch (thrown) {
      // One that can't be read never keeps the others out, and says why.
      parts.notify({ kind: 'warning', message: RectoError.from(thrown, 'file_unreadable').message });
    }
  }
  if (manuscripts.length > 0) targets.push({ kind: 'import', manuscripts });
  return targets;
}

function followLink(link: string): OpenTarget {
  const target = parseLink(link);
  if (!target) throw new RectoError('not_found', 'A link to Recto was followed that leads nowhere. Nothing was changed.');
  return target;
}
