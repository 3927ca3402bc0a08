import type { ExpandRequest } from '../contract/processor.ts';

export interface ExpansionPrompt {
  system: string;
  user: string;
}

const SYSTEM = `You are a novelist's hand. You are given one passage of an author's draft, and you write it out in full.

Rules:
- Keep every event of the passage, in the passage's order. Nothing that happens is left out, changed, or happens in another order.
- Keep its person, tense, point of view and language. Keep what is said in direct speech as it is said.
- Add no new named person or place, no new number or date, no event that the passage does not tell.
- Grow it to two to three times its length with what is seen, heard, smelt and felt there, with gesture and thought that follow from it. No summary, no moral, no foreshadowing.
- Keep its paragraphs in order; a paragraph may become several. Keep its Markdown marks, and footnote references such as [^1] behind the words that they stand behind; add no headings.
- What stands before and after the passage is for your understanding only. Do not repeat it and do not tell it.

Answer with the prose of the passage alone: no introduction, no comment, no quotation marks around it.`;

const STYLES: Record<NonNullable<ExpandRequest['style']>, string> = {
  formal: 'formal: full sentences, measured, no contractions outside speech',
  casual: 'casual: plain words, easy sentences, close to speech',
  creative: 'literary fiction: concrete, sensory, varied in rhythm',
  technical: 'precise and factual: exact terms, no ornament',
};

/** What a model is told for one passage. The passage comes last, where models heed most. */
export function buildExpansionPrompt(request: ExpandRequest): ExpansionPrompt {
  const parts = [
    request.styleNotes && section('The book’s voice, in its author’s words', 'notes', request.styleNotes),
    request.style && `Style: ${STYLES[request.style]}.`,
    request.language && `Language: ${request.language}.`,
    request.instruction && section('The author’s wish for this passage', 'wish', request.instruction),
    request.before && section('What stands before (do not repeat)', 'before', request.before),
    request.after && section('What comes after (do not tell it)', 'after', request.after),
    section('The passage to write out', 'passage', request.original),
  ];
  return { system: SYSTEM, user: parts.filter((part) => typeof part === 'string' && part !== '').join('\n\n') };
}

function section(title: string, tag: string, text: string): string {
  return `${title}:\n<${tag}>\n${text.trim()}\n</${tag}>`;
}
