import type { BookView, RectoApp } from '#app/recto-app.ts';
import { keepPitchSentence } from '#app/use-cases/keep-pitch-sentence.ts';
import { fillFields, stateOfSentence, type ChapterHashes } from '#processors/contract/pitch.ts';
import { useToast } from '#renderer/ui/toast.tsx';
import type { PitchPart, PitchSentence, PitchV1 } from '#schemas/generated/types.ts';
import { goToLine } from './go-to-line.ts';
import { STATE_WORDS } from './pitch-names.ts';

interface PitchSentenceRowProps {
  app: RectoApp;
  book: BookView;
  pitch: PitchV1;
  part: PitchPart;
  sentence: PitchSentence;
  /** Its place among the part's sentences. */
  index: number;
  today: ChapterHashes;
}

/** A sentence, and level with it the chapters it rests on: each leads to its line. */
export function PitchSentenceRow({ app, book, pitch, part, sentence, index, today }: PitchSentenceRowProps) {
  const { showError } = useToast();
  const state = stateOfSentence(pitch, part, sentence, today);
  const word = STATE_WORDS[state];
  const text = fillFields(sentence.text, pitch.fields);
  return (
    <li className="pitch-sentence" data-state={state} data-template={sentence.origin === 'template' || undefined}>
      <span className="pitch-line" aria-hidden />
      <span className="pitch-text">{text}</span>
      <span className="pitch-sources">
        {word && <span className="pitch-word">{word}</span>}
        {sentence.chapter_ids.map((id) => {
          const at = book.chapters.findIndex((chapter) => chapter.id === id);
          if (at < 0) return <span key={id}>a chapter that is gone</span>;
          const title = nameChapter(book, at);
          return (
            <button key={id} type="button" dir="auto" title={sentence.quotes?.find((quote) => quote.chapter_id === id)?.text} aria-label={`Go to the line in ${title}`} onClick={() => void goToLine(app, book, id, sentence).catch(showError)}>
              {title}
            </button>
          );
        })}
        {(state === 'stale' || state === 'edited-stale') && (
          <button type="button" className="pitch-keep" aria-label={`Keep as it is: ${text.slice(0, 60)}`} onClick={() => void keepPitchSentence(app, { bookId: book.id, kind: part.kind, index }).catch(showError)}>
            Keep
          </button>
        )}
      </span>
    </li>
  );
}

/** A chapter's title; with its number, as the tree has it, where another has the same: 'XII' is in each of a novel's parts. */
function nameChapter({ chapters }: BookView, at: number): string {
  const title = chapters[at]?.title ?? '';
  const isAlone = chapters.every((chapter, place) => place === at || chapter.title !== title);
  return isAlone ? title || 'Untitled' : `${at + 1} · ${title || 'Untitled'}`;
}
