/** How a page's elements look, as far as an import needs it: slanted, heavy, or a scene break by its class. */

export interface Look {
  italic?: boolean;
  bold?: boolean;
}

/** Class names to their look, from a stylesheet's simple rules (`.name`, `span.name`); anything cleverer is passed over. */
export function readClassLooks(css: string, looks: Map<string, Look>): void {
  for (const [, selectors = '', declarations = ''] of css.matchAll(/([^{}]{1,2000})\{([^{}]{0,20000})\}/g)) {
    const look = readDeclarations(declarations);
    if (look.italic === undefined && look.bold === undefined) continue;
    for (const selector of selectors.split(',')) {
      const name = /^\s*[a-z]{0,10}\.([\w-]{1,100})\s*$/i.exec(selector.replace(/\/\*[^*]*\*\//g, ''))?.[1];
      if (name !== undefined) looks.set(name, { ...looks.get(name), ...look });
    }
  }
}

/** CSS declarations, as a rule or a style attribute has them. */
function readDeclarations(css: string): Look {
  const style = /(?:^|[;\s])font-style\s*:\s*(\w+)/i.exec(css)?.[1]?.toLowerCase();
  const weight = /(?:^|[;\s])font-weight\s*:\s*(\w+)/i.exec(css)?.[1]?.toLowerCase();
  return {
    ...(style !== undefined && { italic: style === 'italic' || style === 'oblique' }),
    ...(weight !== undefined && { bold: weight === 'bold' || weight === 'bolder' || Number(weight) >= 600 }),
  };
}

const ITALIC = new Set(['em', 'i', 'cite', 'dfn', 'var', 'address', 'u']);
const BOLD = new Set(['strong', 'b']);

/** What an inline element adds to the look around it. Paragraphs that are wholly slanted are a book's design, and so not asked. */
export function lookOf(name: string, attributes: Readonly<Record<string, string>>, classes: ReadonlyMap<string, Look>): Look {
  const look: Look = { ...(ITALIC.has(name) && { italic: true }), ...(BOLD.has(name) && { bold: true }) };
  for (const each of classesOf(attributes)) Object.assign(look, classes.get(each));
  return Object.assign(look, readDeclarations(attributes['style'] ?? ''));
}

export function classesOf(attributes: Readonly<Record<string, string>>): string[] {
  return (attributes['class'] ?? '').split(/\s+/).filter(Boolean).slice(0, 50);
}
