/** Deep enough for every call, shallow enough that no input exhausts the stack of whoever walks it. */
const MAX_DEPTH = 40;

/**
 * Looks through a message before anything else reads it. A structured clone carries more than JSON does: maps, dates,
 * cycles, sparse arrays.
 * @param max characters of strings and of keys, bytes of arrays, and one for each value
 * @returns 'unfit' where it holds anything but plain objects, arrays, Uint8Arrays, strings, numbers, booleans and null
 */
export function measureMessage(message: unknown, max: number): 'fits' | 'too-large' | 'unfit' {
  let left = max;
  const waiting: { value: unknown; depth: number }[] = [{ value: message, depth: 0 }];
  for (let next = waiting.pop(); next; next = waiting.pop()) {
    const { value, depth } = next;
    const size = measureOne(value);
    if (size === null || depth > MAX_DEPTH) return 'unfit';
    left -= size;
    if (left < 0) return 'too-large';
    if (typeof value !== 'object' || value === null || value instanceof Uint8Array) continue;
    for (const inner of Object.values(value)) waiting.push({ value: inner, depth: depth + 1 });
  }
  return 'fits';
}

/** Without what it holds; null: no plain data. */
function measureOne(value: unknown): number | null {
  if (value === null || typeof value === 'boolean' || typeof value === 'number') return 1;
  if (typeof value === 'string') return value.length + 1;
  if (typeof value !== 'object') return null;
  if (value instanceof Uint8Array) return value.byteLength;
  if (Array.isArray(value)) return value.length + 1;
  const prototype: unknown = Object.getPrototypeOf(value);
  if (prototype !== Object.prototype && prototype !== null) return null;
  return Object.keys(value).reduce((sum, key) => sum + key.length, 1);
}
