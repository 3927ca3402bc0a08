/** A picture is seen where the text has it: its address gives way to it, its description stays text to be written on. */
import type { Extension } from '@codemirror/state';
import { Decoration, EditorView, MatchDecorator, ViewPlugin, WidgetType, type DecorationSet, type ViewUpdate } from '@codemirror/view';
import type { Observable } from 'rxjs';
import type { PictureView } from '#app/use-cases/observe-picture.ts';
import { pictureIdOf } from '#processors/contract/pictures.ts';

/** The picture of an id; null: it is not here, or not yet. */
export type SeePicture = (id: string) => Observable<PictureView | null>;

/** How large pictures were that were seen before: they take their place at once. */
type Sizes = Map<string, { width: number; height: number }>;

const ADDRESSES = /(?<=!\[[^\n]{0,1000}\])\((image:[\w-]{1,100})\)/g;

const MISSING = 'This picture is not here: it was deleted, or has not arrived from another device yet.';

class PictureWidget extends WidgetType {
  readonly #id: string;
  readonly #see: SeePicture;
  readonly #sizes: Sizes;

  constructor(id: string, see: SeePicture, sizes: Sizes) {
    super();
    this.#id = id;
    this.#see = see;
    this.#sizes = sizes;
  }

  override eq(other: PictureWidget): boolean {
    return other.#id === this.#id;
  }

  override toDOM(view: EditorView): HTMLElement {
    const frame = document.createElement('span');
    frame.className = 'prose-picture';
    const image = document.createElement('img');
    // The description beside it is its text.
    image.alt = '';
    image.draggable = false;
    const known = this.#sizes.get(this.#id);
    if (known) Object.assign(image, known);
    let url = '';
    const seen = this.#see(this.#id).subscribe((picture) => {
      URL.revokeObjectURL(url);
      url = picture ? URL.createObjectURL(new Blob([picture.bytes], { type: picture.mediaType })) : '';
      if (picture) {
        const { width, height } = picture;
        this.#sizes.set(this.#id, { width, height });
        Object.assign(image, { width, height, src: url });
        frame.replaceChildren(image);
      } else frame.replaceChildren(MISSING);
      frame.toggleAttribute('data-missing', !picture);
      view.requestMeasure();
    });
    if (known && !frame.hasChildNodes()) frame.replaceChildren(image);
    endings.set(frame, () => {
      seen.unsubscribe();
      URL.revokeObjectURL(url);
    });
    return frame;
  }

  override destroy(frame: HTMLElement): void {
    endings.get(frame)?.();
  }

  override ignoreEvent(): boolean {
    return false;
  }
}

/** What ends with a widget's element. */
const endings = new WeakMap<HTMLElement, () => void>();

export function pictureLook(see: SeePicture): Extension {
  const sizes: Sizes = new Map();
  const matcher = new MatchDecorator({
    regexp: ADDRESSES,
    decoration: ([, address = '']) => Decoration.replace({ widget: new PictureWidget(pictureIdOf(address) ?? '', see, sizes) }),
  });
  const plugin = ViewPlugin.fromClass(
    class {
      decorations: DecorationSet;

      constructor(view: EditorView) {
        this.decorations = matcher.createDeco(view);
      }

      update(update: ViewUpdate): void {
        this.decorations = matcher.updateDeco(update, this.decorations);
      }
    },
    {
      decorations: (look) => look.decorations,
      // The caret steps over it, and one key takes it out.
      provide: (of) => EditorView.atomicRanges.of((view) => view.plugin(of)?.decorations ?? Decoration.none),
    },
  );
  return plugin;
}
