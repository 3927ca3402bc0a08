import { expect, test } from 'vitest';
import type { Notice } from '#schemas/ipc.ts';
import { createNotices } from './notices.ts';

const say = (message: string): Notice => ({ kind: 'information', message });

test('no notice is lost between pages', () => {
  const sent: Notice[] = [];
  const notices = createNotices((notice) => sent.push(notice));
  notices.add(say('before'));
  expect(notices.take()).toEqual([say('before')]);
  notices.add(say('during'));
  notices.hold();
  notices.add(say('between'));
  notices.hold();
  expect(sent).toEqual([say('during')]);
  expect(notices.take()).toEqual([say('between')]);
  expect(notices.take()).toEqual([]);
});
