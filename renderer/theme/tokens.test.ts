import { readFileSync } from 'node:fs';
import { describe, expect, test } from 'vitest';
import { contrastOf } from '../test-support/contrast.ts';

const css = readFileSync(new URL('./tokens.css', import.meta.url), 'utf8');

function readTheme(name: string): (token: string) => string {
  const block = new RegExp(`\\[data-theme='${name}'\\] \\{([^}]*)\\}`).exec(css)?.[1] ?? '';
  return (token) => {
    const colour = new RegExp(`--${token}: (#[0-9a-f]{6});`).exec(block)?.[1];
    if (!colour) throw new Error(`${name} has no --${token}`);
    return colour;
  };
}

describe.each(['day', 'sepia', 'night'])('%s', (name) => {
  const token = readTheme(name);

  test.each(['paper', 'desk', 'raised'])('text reads on %s with 7:1', (ground) => {
    for (const text of ['ink', 'ink-quiet', 'accent']) expect(contrastOf(token(text), token(ground))).toBeGreaterThanOrEqual(7);
  });

  test.each(['paper', 'desk', 'raised'])('words of state read on %s with 4.5:1', (ground) => {
    for (const text of ['stale', 'failed']) expect(contrastOf(token(text), token(ground))).toBeGreaterThanOrEqual(4.5);
  });

  test('the next thing to do reads on the accent with 7:1', () => {
    expect(contrastOf(token('on-accent'), token('accent-fill'))).toBeGreaterThanOrEqual(7);
  });
});
