/** Pictures that are dropped on an editor or pasted into it. */
import type { Extension } from '@codemirror/state';
import { EditorView, ViewPlugin } from '@codemirror/view';

/** The editors that take pictures. */
export interface PictureDesk {
  /** The one that has the caret, or had it last. */
  current: EditorView | null;
  /** Shows what is to be inserted at the caret. */
  offer(view: EditorView, file: File): void;
}

export function isPictureType(type: string): boolean {
  return type.startsWith('image/');
}

function findPicture(data: DataTransfer | null): File | undefined {
  return [...(data?.files ?? [])].find(({ type }) => isPictureType(type));
}

export function pictureIntake(desk: PictureDesk): Extension {
  return [
    ViewPlugin.define((view) => {
      desk.current ??= view;
      return {
        destroy() {
          if (desk.current === view) desk.current = null;
        },
      };
    }),
    EditorView.domEventHandlers({
      focus(_event, view) {
        desk.current = view;
      },
      drop(event, view) {
        const file = findPicture(event.dataTransfer);
        if (!file) return false;
        const at = view.posAtCoords({ x: event.clientX, y: event.clientY });
        if (at !== null) view.dispatch({ selection: { anchor: at } });
        desk.offer(view, file);
        event.preventDefault();
        return true;
      },
      paste(event, view) {
        // Word puts a picture of the text beside the text.
        const file = event.clipboardData?.types.includes('text/plain') ? undefined : findPicture(event.clipboardData);
        if (!file) return false;
        desk.offer(view, file);
        event.preventDefault();
        return true;
      },
    }),
  ];
}
