import { readFileSync } from 'node:fs';
import { v7 } from 'uuid';
import { expect, test } from 'vitest';
import { contrastOf } from '../../test-support/contrast.ts';
import { lookOf } from './cover-look.ts';

const foil = /--foil: (#[0-9a-f]{6})/.exec(readFileSync(new URL('../../theme/tokens.css', import.meta.url), 'utf8'))?.[1] ?? '';

/** Ids of a library of 400 books, made one after the other. */
const looks = Array.from({ length: 400 }, () => lookOf({ id: v7(), title: 'Dusk' }));

test('a title reads on every cloth', () => {
  for (const { cloth } of looks) expect(contrastOf(foil, cloth)).toBeGreaterThanOrEqual(6);
});

test('a shelf shows every cloth and binding, though the ids were made in one second', () => {
  expect(new Set(looks.map(({ cloth }) => cloth)).size).toBe(10);
  expect(new Set(looks.map(({ binding }) => binding)).size).toBe(4);
});

test('a book is bound the same each time, and a new title does not change its cloth', () => {
  const id = '0190163d-8694-739b-aea5-966c26f8ad91';
  expect(lookOf({ id, title: 'Dusk' })).toEqual(lookOf({ id, title: 'Dusk' }));
  expect(lookOf({ id, title: 'A much longer title than it had before' }).cloth).toBe(lookOf({ id, title: 'Dusk' }).cloth);
});
