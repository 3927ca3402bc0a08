import * as fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { RectoError } from '#schemas/errors.ts';
import { parseExpression } from './expression.ts';

const scope = {
  data: { content: 'The ship sailed  into\nthe storm.', style: '', list: [3, 1, 2], nested: { empty: null, text: 'naïve 🌊' }, flag: true },
  style_analysis: { detected_style: 'creative' },
  execution_time: 12,
};

const compute = (source: string): unknown => parseExpression(source).evaluate(scope);

describe('an expression', () => {
  it.each([
    ['$.data.style || $.style_analysis.detected_style', 'creative'],
    ['len($.data.content.split())', 6],
    ['len($.data.content) / len($.data.nested.text)', 32 / 7],
    ['len("🌊")', 1],
    ['$.execution_time', 12],
    ['$.data.nothing', undefined],
    ['$.data.nothing.at.all', undefined],
    ['$.nothing.at.all', undefined],
    ['$.data.nested.empty ?? "none"', 'none'],
    ['$.data.list[0] + $.data.list[-1]', 5],
    ['$.data["content"].upper().startswith("THE SHIP")', true],
    ['1 + 2 * 3 - -4 % 3', 8],
    ['"a" + "b" == "ab" && !false', true],
    ['$.data.flag ? "yes" : "no"', 'yes'],
    ['max($.data.list) - min(5, 2)', 1],
    ['round(2.3456, 2)', 2.35],
    ['sum([1, 2, 3])', 6],
    ['int("42") + int(3.9)', 45],
    ['"-".join("a b c".split(" "))', 'a-b-c'],
    ['"aXbX".replace("X", "--").count("-")', 4],
    ['"  x ".strip() + str(1) + str(true)', 'x1true'],
    ['$.data.get("missing", "fallback")', 'fallback'],
    ['$.data.content.slice(4, 8)', 'ship'],
    ['3 < 4 && "a" <= "b"', true],
  ])('%s', (source, value) => {
    expect(compute(source)).toEqual(value);
  });

  it.each([
    ['1 / 0', 'divides by zero'],
    ['len($.data.nothing)', 'a value that is not there has no length'],
    ['$.data.content + 1', 'is not a number'],
    ['$.data.content.length', 'has no parts'],
    ['"a" < 1', 'can’t be compared'],
    ['$.data.list.upper()', 'a list is not text'],
    ['"a".split("")', 'separates nothing'],
    ['1e308 * 10', 'too large'],
    ['int("forty")', 'is not a number'],
    ['$.data[1]', 'by a name'],
  ])('%s fails, and says why', (source, why) => {
    expect(() => compute(source)).toThrowError(expect.objectContaining({ code: 'workflow_step_failed', message: expect.stringContaining(why) as string }));
    expect(() => compute(source)).toThrowError(expect.objectContaining({ message: expect.stringContaining(source) as string }));
  });

  it.each([
    'process.exit()', 'constructor', 'this', '$.data.content.constructor("x")', '$.a; $.b', 'x = 1', 'eval("1")', 'len.call(1)', '(len)(1)($.a)', '1 & 2', '$.a ** 9', '~1', '`a`', '',
    '$[0]', '$.data.content.__proto__()', 'len($.a', '/re/', '() => 1', 'new Date()', '$.a, $.b', '('.repeat(500), `${'!'.repeat(80)}1`, '1'.repeat(3_000),
  ])('%s is not part of the language', (source) => {
    expect(() => parseExpression(source)).toThrowError(expect.objectContaining({ code: 'workflow_invalid' }));
  });

  it('reaches no prototype', () => {
    for (const name of ['constructor', 'toString', 'valueOf', 'hasOwnProperty', 'prototype']) {
      expect(compute(`$.data.${name}`) ?? null).toBeNull();
      expect(() => compute(`$.data.content.${name}`)).toThrowError(RectoError);
      expect(() => compute(`$.data.list["${name}"]`)).toThrowError(RectoError);
    }
    const hostile = { data: JSON.parse('{"__proto__": {"polluted": 1}}') as unknown };
    expect(() => parseExpression('$.data["__proto__"]').evaluate(hostile)).toThrowError(RectoError);
  });

  it('is stopped when it does too much', () => {
    const long = { data: 'x '.repeat(5_000_000) };
    const source = `max(${Array.from({ length: 90 }, () => 'len($.data.split())').join(',')})`;
    expect(() => parseExpression(source).evaluate(long)).toThrowError(expect.objectContaining({ code: 'workflow_step_failed', message: expect.stringContaining('too long') as string }));
    const grow = Array.from({ length: 6 }, () => '.replace("x", $.data)').join('');
    expect(() => parseExpression(`$.data${grow}`).evaluate({ data: 'x'.repeat(20_000) })).toThrowError(/too long/);
  });

  it.each<[string, string, Record<string, unknown>]>([
    ['a text that grows', '$.data + $.data', { data: 'x'.repeat(3_000_000) }],
    ['a text that replaces each letter', '$.data.replace("x", $.data)', { data: 'x'.repeat(4_000) }],
    ['a text between each two of a list', '$.data.join($.list)', { data: 'x'.repeat(20_000), list: Array.from({ length: 1_000 }, () => '') }],
    ['a list of each letter', '$.data.split("x")', { data: 'x'.repeat(2_000_000) }],
    ['a list of each word', '$.data.split()', { data: 'x '.repeat(2_000_000) }],
  ])('does not make what fills the memory: %s', (_what, expression, values) => {
    expect(() => parseExpression(expression).evaluate(values)).toThrowError(expect.objectContaining({ code: 'workflow_step_failed', message: expect.stringMatching(/becomes too long/) as string }));
  });

  it('takes no more than what its workflow has left', () => {
    const budget = { left: 3_000 };
    const count = () => parseExpression('len($.data)').evaluate({ data: 'x'.repeat(1_000) }, budget);
    expect([count(), count()]).toEqual([1_000, 1_000]);
    expect(count).toThrowError(/takes too long/);
    expect(budget.left).toBeLessThan(1_000);
  });

  it('names the values it uses', () => {
    expect(parseExpression('$.a.b || len($.c[$.d.e].split($.f))').roots.toSorted()).toEqual(['a', 'c', 'd', 'f']);
  });
});

/** Texts that look like expressions more often than not. */
const token = fc.constantFrom(
  '$', '.', 'data', 'content', 'list', '(', ')', '[', ']', ',', '||', '&&', '??', '+', '-', '*', '/', '%', '<', '==', '!', '?', ':', ' ', '1', '0', '"a"', "'b'", 'len', 'split', 'min', 'join', 'replace',
  'constructor', '__proto__', 'this', 'true', 'null', '{', '}', ';', '=', '$.data', '$.data.list', '$.data.content', 'len(', '.split(', ')',
);
const source = fc.oneof(fc.string({ maxLength: 60 }), fc.array(token, { maxLength: 25 }).map((tokens) => tokens.join('')));

it('never throws anything but a RectoError, and never gives a function', () => {
  let computed = 0;
  const outcome = (text: string, values: Record<string, unknown>): unknown => {
    try {
      const value = parseExpression(text).evaluate(values);
      computed++;
      return value;
    } catch (error) {
      return error instanceof RectoError ? null : { unexpected: error };
    }
  };
  fc.assert(
    fc.property(source, fc.record({ data: fc.record({ content: fc.oneof(fc.string(), fc.jsonValue()), list: fc.array(fc.jsonValue()) }) }), (text, values) => {
      const value = outcome(text, values);
      expect(value ?? {}).not.toHaveProperty('unexpected');
      expect(typeof value).not.toBe('function');
    }),
    { numRuns: 5_000, verbose: 1 },
  );
  // Else the test has looked at nothing but syntax errors.
  expect(computed).toBeGreaterThan(50);
});
