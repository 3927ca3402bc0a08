import { Copy, Pencil } from 'lucide-react';
import { useRef, useState } from 'react';
import type { BookView, RectoApp } from '#app/recto-app.ts';
import { editPitchPart } from '#app/use-cases/edit-pitch-part.ts';
import { paragraphsOf, textOfPart, type ChapterHashes } from '#processors/contract/pitch.ts';
import { countWords } from '#processors/contract/count-words.ts';
import { formatCount } from '#renderer/shell/format-count.ts';
import { Button } from '#renderer/ui/Button.tsx';
import { useToast } from '#renderer/ui/toast.tsx';
import type { PitchPart, PitchV1 } from '#schemas/generated/types.ts';
import { LetterFields } from './LetterFields.tsx';
import { PartEditor } from './PartEditor.tsx';
import { PART_NAMES } from './pitch-names.ts';
import { PitchSentenceRow } from './PitchSentenceRow.tsx';

interface PitchPartSectionProps {
  app: RectoApp;
  book: BookView;
  pitch: PitchV1;
  part: PitchPart;
  today: ChapterHashes;
  running: boolean;
  /** Makes this part anew. */
  onMake(): void;
}

/** One part: its sentences at the left, what each rests on at the right. */
export function PitchPartSection({ app, book, pitch, part, today, running, onMake }: PitchPartSectionProps) {
  const { show, showError } = useToast();
  const [editing, setEditing] = useState(false);
  const name = PART_NAMES[part.kind];
  const heading = useRef<HTMLHeadingElement>(null);
  const close = (): void => {
    setEditing(false);
    heading.current?.focus();
  };
  const text = textOfPart(part, pitch.fields);
  const copy = async (): Promise<void> => {
    await navigator.clipboard.writeText(text);
    show({ message: `${name}: copied as plain text.` });
  };
  const save = async (next: string, goesOn = false): Promise<void> => {
    await editPitchPart(app, { bookId: book.id, kind: part.kind, text: next });
    if (!goesOn) close();
  };
  const size = part.kind === 'keywords' ? formatCount(part.sentences.length, 'keyword') : formatCount(countWords(text), 'word');
  return (
    <section className="pitch-part" data-part={part.kind} aria-labelledby={`pitch-${part.kind}`}>
      <header className="pitch-part-head">
        <h2 id={`pitch-${part.kind}`} tabIndex={-1} ref={heading}>
          {name}
        </h2>
        <span className="pitch-size">{size}</span>
        <div className="pitch-part-tools">
          <Button kind="quiet" aria-label={`Copy: ${name}`} onClick={() => void copy().catch(showError)} disabled={text === ''}>
            <Copy size={14} aria-hidden />
            Copy
          </Button>
          <Button kind="quiet" aria-label={`Edit: ${name}`} onClick={() => setEditing(true)} disabled={editing}>
            <Pencil size={14} aria-hidden />
            Edit
          </Button>
          <Button kind="quiet" aria-label={`Make anew: ${name}`} onClick={onMake} disabled={running || editing}>
            Make anew
          </Button>
        </div>
      </header>
      {part.kind === 'query-letter' && <LetterFields app={app} bookId={book.id} fields={pitch.fields ?? {}} />}
      {editing ? (
        <PartEditor name={name} text={text} language={book.language} onSave={save} onCancel={close} />
      ) : (
        <Sentences app={app} book={book} pitch={pitch} part={part} today={today} />
      )}
    </section>
  );
}

function Sentences({ app, book, pitch, part, today }: Pick<PitchPartSectionProps, 'app' | 'book' | 'pitch' | 'part' | 'today'>) {
  if (part.sentences.length === 0) return <p className="pitch-nothing">Nothing stands here. Make it anew, or write it yourself with Edit.</p>;
  return paragraphsOf(part).map((paragraph, place) => (
    <ul className="pitch-paragraph" key={place} lang={book.language || undefined}>
      {paragraph.map((sentence) => {
        const index = part.sentences.indexOf(sentence);
        return <PitchSentenceRow key={index} app={app} book={book} pitch={pitch} part={part} sentence={sentence} index={index} today={today} />;
      })}
    </ul>
  ));
}
