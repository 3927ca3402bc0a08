/** What a section is, a chapter by its title, in EPUB's vocabulary (https://www.w3.org/TR/epub-ssv-11/) and as an ARIA role (DPUB-ARIA 1.1). */
import type { Section } from '../model.ts';

export interface SectionKind {
  type?: string;
  role?: string;
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

const MATTER: Partial<Record<Section['kind'], SectionKind>> = {
  part: { type: 'part', role: 'doc-part' },
  copyright: { type: 'copyright-page' },
  dedication: { type: 'dedication', role: 'doc-dedication' },
  epigraph: { type: 'epigraph', role: 'doc-epigraph' },
  foreword: { type: 'foreword', role: 'doc-foreword' },
  acknowledgements: { type: 'acknowledgments', role: 'doc-acknowledgments' },
  'half-title': { type: 'halftitlepage' },
};

export function sectionKind({ kind, title }: Section): SectionKind {
  if (kind === 'chapter') return KINDS.get(title.toLowerCase()) ?? CHAPTER;
  return MATTER[kind] ?? {};
}

export function sectionRole(section: Section): string {
  const { role } = sectionKind(section);
  return role === undefined ? '' : ` role="${role}"`;
}
