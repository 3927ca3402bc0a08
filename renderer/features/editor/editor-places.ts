/** Where the caret and the page stood in each text, for as long as the window lives. */
import { EditorSelection, type StateEffect } from '@codemirror/state';
import { EditorView } from '@codemirror/view';
import type { RectoApp } from '#app/recto-app.ts';

interface Place {
  anchor: number;
  head: number;
  /** Null: it stood in a spread, whose scrolling is not the editor's own. */
  scroll: StateEffect<unknown> | null;
}

// One map an open app, so that two apps in one window (tests) share nothing.
const placesOfApps = new WeakMap<RectoApp, Map<string, Place>>();

function placesOf(app: RectoApp): Map<string, Place> {
  const known = placesOfApps.get(app);
  if (known) return known;
  const places = new Map<string, Place>();
  placesOfApps.set(app, places);
  return places;
}

/**
 * @param textId the id of the blob that is edited
 * @param scrolls false: the view does not scroll itself, and only the caret's place means something elsewhere
 */
export function rememberPlace(app: RectoApp, textId: string, view: EditorView, scrolls = true): void {
  const { anchor, head } = view.state.selection.main;
  placesOf(app).set(textId, { anchor, head, scroll: scrolls ? view.scrollSnapshot() : null });
}

/** The caret stands there, and that in sight, when the text is opened next. */
export function setPlace(app: RectoApp, textId: string, offset: number): void {
  placesOf(app).set(textId, { anchor: offset, head: offset, scroll: null });
}

/** Puts caret and page where they were, or the caret at `offset` and that in sight. */
export function restorePlace(app: RectoApp, textId: string, view: EditorView, offset: number | null, scrolls = true): void {
  const place = placesOf(app).get(textId);
  const { length } = view.state.doc;
  if (place) {
    const selection = EditorSelection.single(Math.min(place.anchor, length), Math.min(place.head, length));
    view.dispatch({ selection, effects: (scrolls ? place.scroll : null) ?? EditorView.scrollIntoView(selection.main.head, { y: 'center' }) });
    if (!scrolls || !place.scroll) settle(view);
  } else if (offset !== null && offset > 0) {
    const at = Math.min(offset, length);
    view.dispatch({ selection: { anchor: at }, effects: EditorView.scrollIntoView(at, { y: 'center' }) });
    settle(view);
  }
}

/** Frames in which a page that was just opened may still learn how high its lines are. */
const SETTLING_FRAMES = 12;

/** A place far down a long text is found by estimated heights: what is measured there can move it out of sight again. */
function settle(view: EditorView, frames = SETTLING_FRAMES): void {
  if (frames === 0) return;
  requestAnimationFrame(() => {
    if (!view.dom.isConnected) return;
    const { head } = view.state.selection.main;
    const caret = view.coordsAtPos(head);
    const stage = view.scrollDOM.getBoundingClientRect();
    if (!caret || caret.bottom > stage.bottom || caret.top < stage.top) view.dispatch({ effects: EditorView.scrollIntoView(head, { y: 'center' }) });
    settle(view, frames - 1);
  });
}
