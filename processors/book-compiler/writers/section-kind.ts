/** What a chapter is by its title, in EPUB's vocabulary (https://www.w3.org/TR/epub-ssv-11/) and as an ARIA role (DPUB-ARIA 1.1). */
export interface SectionKind {
  type: string;
  role: string;
}

const CHAPTER: SectionKind = { type: 'chapter', role: 'doc-chapter' };

const KINDS = new Map<string, SectionKind>(
  [
    ['acknowledgements', 'acknowledgments'],
    ['acknowledgments', 'acknowledgments'],
    ['afterword', 'afterword'],
    ['appendix', 'appendix'],
    ['conclusion', 'conclusion'],
    ['dedication', 'dedication'],
    ['epigraph', 'epigraph'],
    ['epilogue', 'epilogue'],
    ['foreword', 'foreword'],
    ['introduction', 'introduction'],
    ['preface', 'preface'],
    ['prologue', 'prologue'],
  ].map(([title = '', kind = '']) => [title, { type: kind, role: `doc-${kind}` }]),
);

export function sectionKind(title: string): SectionKind {
  return KINDS.get(title.toLowerCase()) ?? CHAPTER;
}
