import * as fc from 'fast-check';
import { beforeAll, expect, it } from 'vitest';
import { loadTokenCounter } from './count-tokens.ts';
import { fitPrompt, type CountTokens } from './fit-prompt.ts';

let countTokens: CountTokens;

beforeAll(async () => {
  countTokens = await loadTokenCounter();
});

const paragraph = fc.lorem({ maxCount: 30 }).map((text) => text.trim());
const paragraphs = fc.array(paragraph, { maxLength: 25 });

it('fits or says that it doesn’t, keeps the passage whole, and of the neighbours whole paragraphs next to it', () => {
  let fitted = 0;
  fc.assert(
    fc.property(paragraphs, paragraph, paragraphs, fc.integer({ min: 300, max: 3_000 }), (before, original, after, contextTokens) => {
      const request = { original, before: before.join('\n\n'), after: after.join('\n\n'), styleNotes: 'Dry.' };
      const outcome = attempt(() => fitPrompt(request, contextTokens, countTokens));
      if ('code' in outcome) return outcome.code === 'context_too_long';
      fitted++;
      const { prompt, tokens, neighbours } = outcome;
      const sent = (tag: string): string => new RegExp(`<${tag}>\n([\\s\\S]*?)\n</${tag}>`).exec(prompt.user)?.[1] ?? '';
      return (
        tokens + countTokens(original) * 3.5 <= contextTokens &&
        prompt.user.endsWith(`<passage>\n${original}\n</passage>`) &&
        prompt.user.includes('Dry.') &&
        isTail(before, sent('before')) &&
        isHead(after, sent('after')) &&
        neighbours.sent === sent('before').length + sent('after').length &&
        neighbours.given === request.before.length + request.after.length
      );
    }),
    { numRuns: 300, verbose: 1 },
  );
  expect(fitted).toBeGreaterThan(50);
});

function attempt<T>(run: () => T): T | { code: unknown } {
  try {
    return run();
  } catch (error) {
    return { code: (error as { code?: unknown }).code };
  }
}

function isTail(all: readonly string[], text: string): boolean {
  return text === '' || all.some((_, index) => all.slice(index).join('\n\n') === text);
}

function isHead(all: readonly string[], text: string): boolean {
  return text === '' || all.some((_, index) => all.slice(0, index + 1).join('\n\n') === text);
}

it('counts high rather than low, special words as letters, and fast whatever the text', () => {
  expect(countTokens('The ship sailed into the storm.')).toBeGreaterThanOrEqual(7);
  expect(countTokens('<|endoftext|>')).toBeGreaterThan(1);
  const start = process.cpuUsage();
  for (const piece of ['a', '海', ' ', '.', '\n']) expect(countTokens(piece.repeat(300_000))).toBeGreaterThan(300);
  // A second on the machine it was written on; minutes if it were quadratic.
  expect(process.cpuUsage(start).user).toBeLessThan(20_000_000);
});
