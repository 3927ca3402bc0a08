/** Which characters a font file has: its table `cmap` (OpenType 1.9.1, formats 4 and 12, https://learn.microsoft.com/typography/opentype/spec/cmap). */

/** First and last code point of a run that has glyphs. */
type Run = [first: number, last: number];

/** The characters of a text that no font has, each once, in their order. White space and what is never drawn need no glyph. */
export function findMissing(text: string, fonts: readonly Uint8Array<ArrayBuffer>[]): string[] {
  let characters = [...new Set(text)].filter((character) => !/[\s\p{Default_Ignorable_Code_Point}\p{Cc}]/u.test(character));
  // The text’s own face has nearly all of them: others are asked for what is left.
  for (const font of fonts) {
    if (characters.length === 0) break;
    const runs = readRuns(font);
    characters = characters.filter((character) => {
      const code = character.codePointAt(0)!;
      return !runs.some(([first, last]) => first <= code && code <= last);
    });
  }
  return characters;
}

function readRuns({ buffer, byteOffset }: Uint8Array<ArrayBuffer>): Run[] {
  const font = new DataView(buffer, byteOffset);
  const tables = font.getUint16(4);
  for (let at = 12; at < 12 + 16 * tables; at += 16) if (font.getUint32(at) === 0x63_6d_61_70) return readCmap(new DataView(buffer, byteOffset + font.getUint32(at + 8)));
  return [];
}

function readCmap(cmap: DataView): Run[] {
  const count = cmap.getUint16(2);
  return Array.from({ length: count }, (_record, index) => cmap.getUint32(4 + 8 * index + 4)).flatMap((at) => {
    const table = new DataView(cmap.buffer, cmap.byteOffset + at);
    const format = table.getUint16(0);
    return format === 12 ? readFormat12(table) : format === 4 ? readFormat4(table) : [];
  });
}

function readFormat12(table: DataView): Run[] {
  return Array.from({ length: table.getUint32(12) }, (_group, index) => [table.getUint32(16 + 12 * index), table.getUint32(20 + 12 * index)]);
}

function readFormat4(table: DataView): Run[] {
  const segments = table.getUint16(6) / 2;
  const runs: Run[] = [];
  for (let segment = 0; segment < segments; segment++) {
    const last = table.getUint16(14 + 2 * segment);
    const first = table.getUint16(16 + 2 * (segments + segment));
    const delta = table.getUint16(16 + 2 * (2 * segments + segment));
    const offsetAt = 16 + 2 * (3 * segments + segment);
    const offset = table.getUint16(offsetAt);
    for (let code = first; code <= last && code < 0xff_ff; code++) {
      const glyph = offset === 0 ? code + delta : table.getUint16(offsetAt + offset + 2 * (code - first));
      if ((glyph & 0xff_ff) === 0) continue;
      const run = runs.at(-1);
      if (run?.[1] === code - 1) run[1] = code;
      else runs.push([code, code]);
    }
  }
  return runs;
}
