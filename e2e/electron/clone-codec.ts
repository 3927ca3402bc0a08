/**
 * Structured clones as text: what Electron's IPC carries between page and main, and what it refuses. The function is
 * whole in itself, since its source is also run in the page.
 */

export interface CloneCodec {
  /** @throws Error 'An object could not be cloned.' for functions, symbols and what else has no clone */
  encode(value: unknown): string;
  decode(text: string): unknown;
}

/** How bytes become text and back: Node and a page each have their own fast way. */
export interface BytesAsText {
  toText(bytes: Uint8Array): string;
  toBytes(text: string): Uint8Array<ArrayBuffer>;
}

export function createCloneCodec({ toText, toBytes }: BytesAsText): CloneCodec {
  type Coded = string | number | boolean | null | Coded[];
  const arrays: Record<string, new (buffer: ArrayBuffer, offset: number, length: number) => ArrayBufferView> = {
    Int8Array, Uint8Array, Uint8ClampedArray, Int16Array, Uint16Array, Int32Array, Uint32Array, Float32Array, Float64Array, BigInt64Array, BigUint64Array, DataView,
  };
  const errors: Record<string, ErrorConstructor> = { Error, EvalError, RangeError, ReferenceError, SyntaxError, TypeError, URIError };
  const refuse = (): never => {
    throw new Error('An object could not be cloned.');
  };
  const tagOf = (value: object): string => Object.prototype.toString.call(value).slice(8, -1);

  function encode(root: unknown): string {
    const seen = new Map<object, number>();
    const entries = (value: object): Coded[] => Object.keys(value).flatMap((key) => [key, code((value as Record<string, unknown>)[key])]);

    function code(value: unknown): Coded {
      if (typeof value === 'string' || typeof value === 'boolean' || value === null) return value;
      if (typeof value === 'number') return Number.isFinite(value) && !Object.is(value, -0) ? value : ['number', Object.is(value, -0) ? '-0' : String(value)];
      if (value === undefined) return ['undefined'];
      if (typeof value === 'bigint') return ['bigint', String(value)];
      if (typeof value !== 'object') return refuse();
      const known = seen.get(value);
      if (known !== undefined) return ['seen', known];
      seen.set(value, seen.size);
      return codeObject(value);
    }

    function codeObject(value: object): Coded {
      if (Array.isArray(value)) return ['array', ...value.map(code)];
      if (ArrayBuffer.isView(value)) return ['view', tagOf(value), toText(new Uint8Array(value.buffer as ArrayBuffer, value.byteOffset, value.byteLength))];
      const tag = tagOf(value);
      if (tag === 'Object') return ['object', ...entries(value)];
      if (tag === 'ArrayBuffer') return ['buffer', toText(new Uint8Array(value as ArrayBuffer))];
      if (tag === 'Date') return ['date', code((value as Date).getTime())];
      if (tag === 'RegExp') return ['regexp', (value as RegExp).source, (value as RegExp).flags];
      if (tag === 'Map') return ['map', ...[...(value as Map<unknown, unknown>)].flatMap(([key, item]) => [code(key), code(item)])];
      if (tag === 'Set') return ['set', ...[...(value as Set<unknown>)].map(code)];
      if (value instanceof Error) return ['error', Object.hasOwn(errors, value.name) ? value.name : 'Error', value.message, value.stack ?? '', code(value.cause)];
      if (tag === 'String' || tag === 'Number' || tag === 'Boolean') return ['boxed', code(value.valueOf())];
      // Whatever else the engine knows by a tag of its own (a promise, a port, a node) has no clone here.
      return Object.getPrototypeOf(value) !== null && tag in globalThis ? refuse() : ['object', ...entries(value)];
    }

    return JSON.stringify(code(root));
  }

  function decode(text: string): unknown {
    const seen: unknown[] = [];
    const keep = <T>(value: T): T => (seen.push(value), value);

    function read(coded: Coded): unknown {
      if (!Array.isArray(coded)) return coded;
      const [tag, ...parts] = coded as [string, ...Coded[]];
      if (tag === 'undefined') return undefined;
      if (tag === 'number') return Number(parts[0]);
      if (tag === 'bigint') return BigInt(parts[0] as string);
      if (tag === 'seen') return seen[parts[0] as number];
      return readObject(tag, parts);
    }

    function readObject(tag: string, parts: Coded[]): unknown {
      if (tag === 'array') {
        const array: unknown[] = keep([]);
        for (const part of parts) array.push(read(part));
        return array;
      }
      if (tag === 'object') {
        const object = keep({});
        // Defined, not assigned: a key may be __proto__.
        for (let index = 0; index < parts.length; index += 2)
          Object.defineProperty(object, parts[index] as string, { value: read(parts[index + 1]!), writable: true, enumerable: true, configurable: true });
        return object;
      }
      if (tag === 'map') {
        const map = keep(new Map());
        for (let index = 0; index < parts.length; index += 2) map.set(read(parts[index]!), read(parts[index + 1]!));
        return map;
      }
      if (tag === 'set') {
        const set = keep(new Set());
        for (const part of parts) set.add(read(part));
        return set;
      }
      if (tag === 'view') return keep(readView(parts[0] as string, toBytes(parts[1] as string)));
      if (tag === 'buffer') return keep(toBytes(parts[0] as string).buffer);
      if (tag === 'date') return keep(new Date(read(parts[0]!) as number));
      if (tag === 'regexp') return keep(new RegExp(parts[0] as string, parts[1] as string));
      if (tag === 'boxed') return keep(Object(read(parts[0]!)));
      return readError(parts);
    }

    function readError([name, message, stack, cause]: Coded[]): Error {
      const error = keep(new errors[name as string]!(message as string));
      Object.defineProperty(error, 'stack', { value: stack, writable: true, configurable: true });
      const read_ = read(cause!);
      if (read_ !== undefined) Object.defineProperty(error, 'cause', { value: read_, writable: true, configurable: true });
      return error;
    }

    function readView(name: string, bytes: Uint8Array<ArrayBuffer>): ArrayBufferView {
      const size = (arrays[name] as unknown as { BYTES_PER_ELEMENT?: number }).BYTES_PER_ELEMENT ?? 1;
      return new arrays[name]!(bytes.buffer, 0, bytes.byteLength / size);
    }

    return read(JSON.parse(text) as Coded);
  }

  return { encode, decode };
}

/** Main's own. */
export const cloneCodec = createCloneCodec({
  toText: (bytes) => Buffer.from(bytes.buffer, bytes.byteOffset, bytes.byteLength).toString('base64'),
  // A copy with a buffer of its own: Buffer's pool is shared.
  toBytes: (text) => new Uint8Array(Buffer.from(text, 'base64')),
});
