import * as fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { findHead, type ExpansionLink } from './find-head.ts';

const link = (id: string, at: number, more: Partial<ExpansionLink> = {}): ExpansionLink => ({ id, created_at: `2026-01-01T00:00:0${at}.000Z`, ...more });

describe('the head of a chapter’s expansions', () => {
  it('is none where nothing is grown', () => {
    expect(findHead([])).toBeNull();
  });

  it('is the author’s edit over the run, and the next run over that', () => {
    const run = link('run', 1, { parent_id: 'draft' });
    const edit = link('edit', 2, { parent_id: 'run' });
    const next = link('next', 3, { parent_id: 'draft', based_on: 'edit' });
    expect(findHead([next, run, edit])?.id).toBe('next');
    expect(findHead([edit, run])?.id).toBe('edit');
  });

  it('is the newest of two that know nothing of each other, the same on every device', () => {
    const rows = [link('a', 1), link('b', 2), link('c', 2)];
    fc.assert(
      fc.property(fc.shuffledSubarray(rows, { minLength: 3 }), (shuffled) => {
        expect(findHead(shuffled)?.id).toBe('c');
      }),
    );
  });

  it('is still one where they name each other in a ring', () => {
    expect(findHead([link('a', 1, { parent_id: 'b' }), link('b', 2, { parent_id: 'a' })])?.id).toBe('b');
  });
});
