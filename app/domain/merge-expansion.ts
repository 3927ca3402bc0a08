/** Three-way merge of an expansion that an author edited on two devices. */
import { applyExpansionEdit } from '#processors/contract/passage-edits.ts';
import { textOf } from '#processors/contract/passages.ts';
import type { ExpandedTextV1, Passage } from '#schemas/generated/types.ts';
import { mergeProse } from './merge-prose.ts';
import { canonicalJson, mergeFields, type Fields } from './merge-values.ts';

export interface MergedExpansion {
  expansion: ExpandedTextV1;
  conflicts: number;
}

const ORIGINS = ['draft', 'model', 'author'] as const;

/** By text; the passages' spans are computed anew, and what either side kept or wrote stays its author's. */
export function mergeExpansion(base: ExpandedTextV1 | null, mine: ExpandedTextV1, theirs: ExpandedTextV1): MergedExpansion {
  const text = mergeProse(base?.expanded ?? '', mine.expanded, theirs.expanded);
  // One of the two is the ground on which the text is laid: the same one on either side.
  const [ground, other] = canonicalJson(mine) < canonicalJson(theirs) ? [mine, theirs] : [theirs, mine];
  const edited = applyExpansionEdit(ground, text.text);
  const fields = mergeFields(base ? fieldsOf(base) : {}, fieldsOf(mine), fieldsOf(theirs));
  const expansion: ExpandedTextV1 = {
    ...(fields.value as Fields),
    original: ground.original,
    expanded: text.text,
    expansion_ratio: edited.expansion_ratio,
    ...(edited.passages && { passages: takeOver(edited, other) }),
  };
  return { expansion, conflicts: text.conflicts };
}

function fieldsOf({ passages: _passages, expanded: _expanded, original: _original, expansion_ratio: _ratio, ...fields }: ExpandedTextV1): Fields {
  return fields;
}

function takeOver(edited: ExpandedTextV1, other: ExpandedTextV1): Passage[] {
  const byText = new Map((other.passages ?? []).map((passage) => [textOf(other, passage), passage]));
  return (edited.passages ?? []).map((passage) => {
    const same = byText.get(textOf(edited, passage));
    if (!same) return passage;
    const origin = ORIGINS.indexOf(same.origin) > ORIGINS.indexOf(passage.origin) ? same.origin : passage.origin;
    return { ...passage, origin, ...(same.kept && { kept: true }) };
  });
}
