import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { cloneCodec } from './clone-codec.ts';

const send = (value: unknown): unknown => cloneCodec.decode(cloneCodec.encode(value));

describe('what IPC carries', () => {
  it.each([
    ['undefined in its place', { a: undefined, b: [undefined, null] }],
    ['numbers that JSON has not', [NaN, Infinity, -Infinity, -0, 1.5]],
    ['a bigint', 2n ** 80n],
    ['a date, also one that is none', [new Date(0), new Date(NaN)]],
    ['maps and sets in each other', new Map<unknown, unknown>([[{ key: 1 }, new Set(['a', new Map([[1, 2]])])]])],
    ['bytes', [new Uint8Array([0, 255, 7]), new Float64Array([0.1]), new DataView(new ArrayBuffer(2)), new Uint8Array([1, 2, 3]).buffer]],
    ['a regular expression', /a+/giu],
    ['arrays that look like marks of its own', ['undefined']],
    ['text with any character', 'line\u2028\u0000\ud800 “ é 𝄞'],
  ])('carries %s', (_name, value) => {
    expect(send(value)).toEqual(structuredClone(value));
  });

  it('carries a view as a view of its own bytes, not of what lies around them', () => {
    const part = new Uint8Array([1, 2, 3, 4]).subarray(1, 3);
    expect((send(part) as Uint8Array).buffer.byteLength).toBe(2);
  });

  it('keeps one object one, and a ring a ring', () => {
    const shared = { x: 1 };
    const ring: Record<string, unknown> = { one: shared, two: shared };
    ring['self'] = ring;
    const copy = send(ring) as Record<string, unknown>;
    expect(copy['one']).toBe(copy['two']);
    expect(copy['self']).toBe(copy);
  });

  it('carries an error with its kind, words, stack and cause', () => {
    const copy = send(new TypeError('no', { cause: new Error('why') })) as TypeError;
    expect(copy).toBeInstanceOf(TypeError);
    expect(copy.message).toBe('no');
    expect((copy.cause as Error).message).toBe('why');
    expect(copy.stack).toContain('clone-codec.test');
  });

  it('sets no prototype by a key', () => {
    const copy = send(JSON.parse('{"__proto__": {"polluted": true}}')) as object;
    expect(Object.getPrototypeOf(copy)).toBe(Object.prototype);
    expect(Object.keys(copy)).toEqual(['__proto__']);
  });

  it.each([
    ['a function', () => 1],
    ['a symbol', Symbol('x')],
    ['a promise', Promise.resolve()],
    ['a function inside', { deep: [{ call() {} }] }],
  ])('refuses %s, as Electron does', (_name, value) => {
    expect(() => cloneCodec.encode(value)).toThrow('An object could not be cloned.');
  });

  it('makes of any plain data what a structured clone makes of it', () => {
    const data = fc.anything({ withBigInt: true, withDate: true, withMap: true, withSet: true, withTypedArray: true, withNullPrototype: true, withSparseArray: false });
    fc.assert(
      fc.property(data, (value) => {
        expect(send(value)).toEqual(structuredClone(value));
      }),
    );
  });
});
