import type { Extension } from '@codemirror/state';
import type { EditorView } from '@codemirror/view';
import { useMemo, useRef, useState, type ReactNode } from 'react';
import { addPicture } from '#app/use-cases/add-picture.ts';
import { observePicture } from '#app/use-cases/observe-picture.ts';
import { useCommands } from '#renderer/features/palette/commands.ts';
import { useApp } from '#renderer/shell/app-context.ts';
import { useToast } from '#renderer/ui/toast.tsx';
import { InsertPictureDialog } from './InsertPictureDialog.tsx';
import { pictureIntake, type PictureDesk } from './picture-intake.ts';
import { pictureLook } from './picture-look.ts';
import { PicturePicker } from './PicturePicker.tsx';
import { placePicture, writeImage } from './place-picture.ts';
import { preparePicture, type PreparedPicture } from './prepare-picture.ts';
import './pictures.css';

interface Offer {
  view: EditorView;
  picture: PreparedPicture;
}

/** For a page that is written on: what its editors need so that they show pictures and take them, and what is to be drawn beside them. */
export function usePictures(bookId: string): { extension: Extension; dialog: ReactNode } {
  const app = useApp();
  const { showError } = useToast();
  const [offer, setOffer] = useState<Offer | null>(null);
  const picker = useRef<HTMLInputElement>(null);
  const desk = useMemo<PictureDesk>(
    () => ({
      current: null,
      offer: (view, file) => void preparePicture(file).then((picture) => setOffer({ view, picture }), showError),
    }),
    [showError],
  );
  const extension = useMemo(() => [pictureLook((id) => observePicture(app, id)), pictureIntake(desk)], [app, desk]);
  useCommands([{ id: 'chapter.insert-picture', name: 'Insert picture…', group: 'Write', key: 'Mod+Alt+G', keywords: ['image', 'photo', 'map', 'illustration'], run: () => picker.current?.click() }]);

  const insert = async (alt: string): Promise<void> => {
    if (!offer) return;
    const { address } = await addPicture(app, bookId, offer.picture.file);
    const { view } = offer;
    const change = placePicture(view.state.doc, view.state.selection.main.head, writeImage(alt, address));
    view.dispatch({ changes: change, selection: { anchor: change.from + change.insert.trimEnd().length }, scrollIntoView: true, userEvent: 'input.picture' });
    setOffer(null);
    view.focus();
  };
  const dialog = (
    <>
      <PicturePicker ref={picker} onPick={(file) => desk.current && desk.offer(desk.current, file)} />
      {offer && <InsertPictureDialog picture={offer.picture} onInsert={insert} onClose={() => setOffer(null)} />}
    </>
  );
  return { extension, dialog };
}
