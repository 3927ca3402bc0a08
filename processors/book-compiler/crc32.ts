let crcTable: Uint32Array | undefined;

/** CRC-32 (IEEE 802.3), continued from `crc`; 0 to begin. */
export function updateCrc(crc: number, bytes: Uint8Array): number {
  crcTable ??= makeCrcTable();
  let value = ~crc;
  for (let index = 0; index < bytes.length; index += 1) value = (crcTable[(value ^ (bytes[index] ?? 0)) & 0xff] ?? 0) ^ (value >>> 8);
  return ~value >>> 0;
}

/** The CRC-32 of two texts, one behind the other, of the CRC of each. @param size of the second, bytes */
export function joinCrc(first: number, second: number, size: number): number {
  if (first === 0) return second;
  crcTable ??= makeCrcTable();
  let value = first;
  // The register as the second's length of zeros moves it on (zlib's crc32_combine, without its shortcuts).
  for (let index = 0; index < size; index += 1) value = (crcTable[value & 0xff] ?? 0) ^ (value >>> 8);
  return (value ^ second) >>> 0;
}

function makeCrcTable(): Uint32Array {
  const table = new Uint32Array(256);
  for (let index = 0; index < 256; index += 1) {
    let value = index;
    for (let bit = 0; bit < 8; bit += 1) value = value & 1 ? 0xedb88320 ^ (value >>> 1) : value >>> 1;
    table[index] = value >>> 0;
  }
  return table;
}
