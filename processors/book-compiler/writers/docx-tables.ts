/** What a Word document keeps apart from its text: addresses of links, pictures, and lists. */
import { escapeXml } from '../xml.ts';
import type { DocxPart } from './docx-parts.ts';

const RELATIONS = 'http://schemas.openxmlformats.org/officeDocument/2006/relationships';

export class DocxRelations {
  readonly #links = new Map<string, string>();
  readonly #pictures = new Set<string>();
  readonly #parts: readonly DocxPart[];

  constructor(parts: readonly DocxPart[]) {
    this.#parts = parts;
  }

  /** The relation's id. */
  linkTo(address: string): string {
    const known = this.#links.get(address);
    if (known) return known;
    const id = `link${this.#links.size + 1}`;
    this.#links.set(address, id);
    return id;
  }

  /** @param name of a file in `word/media/` @returns the relation's id */
  picture(name: string): string {
    this.#pictures.add(name);
    return name.replace(/\..*/, '');
  }

  get isEmpty(): boolean {
    return this.#parts.length + this.#links.size + this.#pictures.size === 0;
  }

  toXml(): string {
    const parts = this.#parts.map((part) => `<Relationship Id="${part}" Type="${RELATIONS}/${part}" Target="${part}.xml"/>`);
    const links = [...this.#links].map(([address, id]) => `<Relationship Id="${id}" Type="${RELATIONS}/hyperlink" Target="${escapeXml(address)}" TargetMode="External"/>`);
    const pictures = [...this.#pictures].map((name) => `<Relationship Id="${name.replace(/\..*/, '')}" Type="${RELATIONS}/image" Target="media/${name}"/>`);
    return `<?xml version="1.0" encoding="UTF-8" standalone="yes"?>
<Relationships xmlns="http://schemas.openxmlformats.org/package/2006/relationships">${[...parts, ...links, ...pictures].join('')}</Relationships>
`;
  }
}

/** Each list is a `num` of its own, so that numbers start anew. */
export class DocxLists {
  readonly #lists: { ordered: boolean; start: number }[] = [];

  open(ordered: boolean, start: number): number {
    return this.#lists.push({ ordered, start });
  }

  toXml(): string {
    const nums = this.#lists.map(({ ordered, start }, index) => {
      const restart = ordered ? LEVELS.map((level) => `<w:lvlOverride w:ilvl="${level}"><w:startOverride w:val="${start}"/></w:lvlOverride>`).join('') : '';
      return `<w:num w:numId="${index + 1}"><w:abstractNumId w:val="${ordered ? 1 : 0}"/>${restart}</w:num>`;
    });
    return `<?xml version="1.0" encoding="UTF-8" standalone="yes"?>
<w:numbering xmlns:w="http://schemas.openxmlformats.org/wordprocessingml/2006/main">${abstractList(0, 'bullet', () => '•')}${abstractList(1, 'decimal', (level) => `%${level + 1}.`)}${nums.join('')}</w:numbering>
`;
  }
}

const LEVELS = [0, 1, 2, 3, 4, 5, 6, 7, 8];

function abstractList(id: number, format: string, mark: (level: number) => string): string {
  const levels = LEVELS.map(
    (level) =>
      `<w:lvl w:ilvl="${level}"><w:start w:val="1"/><w:numFmt w:val="${format}"/><w:lvlText w:val="${mark(level)}"/><w:lvlJc w:val="left"/><w:pPr><w:ind w:left="${(level + 1) * 720}" w:hanging="360"/></w:pPr></w:lvl>`,
  );
  return `<w:abstractNum w:abstractNumId="${id}"><w:multiLevelType w:val="hybridMultilevel"/>${levels.join('')}</w:abstractNum>`;
}
