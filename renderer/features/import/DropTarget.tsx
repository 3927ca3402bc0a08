import { useEffect, useRef, useState, type ReactNode } from 'react';
import { isPictureType } from '#renderer/features/pictures/picture-intake.ts';

function hasFiles(event: DragEvent): boolean {
  return event.dataTransfer?.types.includes('Files') ?? false;
}

/** A page that is written on takes pictures itself. */
function isForEditor({ target, dataTransfer }: DragEvent): boolean {
  const files = [...(dataTransfer?.items ?? [])].filter(({ kind }) => kind === 'file');
  return target instanceof Element && target.closest('.cm-editor') !== null && files.length > 0 && files.every(({ type }) => isPictureType(type));
}

/** Takes files and folders dropped anywhere on the window. */
export function DropTarget({ onDrop, children }: { onDrop: (data: DataTransfer) => void; children: ReactNode }) {
  const [over, setOver] = useState(false);
  const latest = useRef(onDrop);
  useEffect(() => {
    latest.current = onDrop;
  });
  useEffect(() => {
    const show = (event: DragEvent): void => {
      if (!hasFiles(event)) return;
      event.preventDefault();
      setOver(!isForEditor(event));
    };
    const hide = (event: DragEvent): void => {
      // Leaving one element for another is not leaving the window.
      if (event.relatedTarget === null) setOver(false);
    };
    const drop = (event: DragEvent): void => {
      setOver(false);
      if (!hasFiles(event) || !event.dataTransfer || isForEditor(event)) return;
      event.preventDefault();
      event.stopPropagation();
      latest.current(event.dataTransfer);
    };
    // Before the editor, which would take a dropped file for text.
    window.addEventListener('dragover', show, { capture: true });
    window.addEventListener('dragleave', hide);
    window.addEventListener('drop', drop, { capture: true });
    return () => {
      window.removeEventListener('dragover', show, { capture: true });
      window.removeEventListener('dragleave', hide);
      window.removeEventListener('drop', drop, { capture: true });
    };
  }, []);
  return (
    <>
      {children}
      {over && (
        <div className="drop-veil" aria-hidden>
          <p>Drop a folder, a Scrivener project, or a Word, EPUB, HTML, RTF or Markdown file to import it</p>
        </div>
      )}
    </>
  );
}
