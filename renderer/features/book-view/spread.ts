/**
 * Two pages that scroll as one, each passage of the recto level with its source on the verso.
 *
 * One element scrolls (`scroller`); in it a sticky stage holds both pages and never moves by itself. Each page is a
 * CodeMirror whose own scroller is hidden and follows: both are set in the same task, so the pages cannot slide
 * against each other. Tops are level by construction: from the heights that both editors know (measured for what is
 * drawn, estimated beyond), each gets rooms between its passages that make them equal, and the editors draw by those
 * same heights. When an estimate turns out different, both move alike, and the line that is being read stays.
 */
import { Transaction, type Extension } from '@codemirror/state';
import { EditorView, type BlockInfo, type ViewUpdate } from '@codemirror/view';
import { levelPassages, type Levels } from './level-passages.ts';
import { passageMarks, setPassages, setRooms } from './passage-marks.ts';

export type Side = 'verso' | 'recto';

/** One passage as it stands on the spread, in px from the top of the scrolled content. */
export interface PlacedPassage {
  index: number;
  top: number;
  /** Room that the passage has on both pages. */
  height: number;
  /** How much of it the recto's own text takes; 0: it has none. */
  rectoHeight: number;
}

export interface SpreadElements {
  scroller: HTMLElement;
  /** As tall as what the pages hold beyond the stage. */
  rest: HTMLElement;
  /** Moves with the pages: what stands beside and over the passages. */
  layer: HTMLElement;
}

interface Page {
  view: EditorView;
  /** Above the text, in the page's scroller. */
  head: HTMLElement;
  foot: HTMLElement;
  /** Where the text begins, in px from the top of what the page scrolls. */
  base: number;
}

interface Anchor {
  side: Side;
  offset: number;
  /** Of the line that holds the offset, from the top of the stage. */
  y: number;
}

/** Under the end of a passage there is one line's room, where its buttons are. */
const GAP_PX = 30;
const LEAST_PX = 29;
/** The pages can always be scrolled as far as the scroller. */
const SLACK_PX = 8;
/** A difference that no eye sees is not worth a redraw. */
const STILL_PX = 0.002;
/** Passages this far outside of the stage are told too, so that they stand there when they scroll in. */
const MARGIN_PX = 300;
/** The caret is never nearer to the edge of the stage. */
const CARET_ROOM_PX = 48;

export class Spread {
  readonly #elements: SpreadElements;
  readonly #pages = new Map<Side, Page>();
  readonly #listeners = new Set<() => void>();
  readonly #stop: (() => void)[] = [];
  /** Null: both pages stand side by side. */
  #single: Side | null = null;
  #pointed: Side = 'verso';
  #top = 0;
  #levels: Levels = { tops: [], slots: [], verso: [], recto: [], total: 0 };
  #rectoHeights: readonly (number | null)[] = [];
  #headHeight = 0;
  #anchor: Anchor | null = null;
  #anchorIsOld = false;
  #levelling = false;
  #placed: readonly PlacedPassage[] = [];

  constructor(elements: SpreadElements) {
    this.#elements = elements;
    // Before the editors hear of it, so that they draw for where the pages are by then.
    this.#listen(elements.scroller, 'scroll', () => this.#followScroller());
  }

  /** Goes into the state of the page's editor. */
  extensionFor(side: Side): Extension {
    return [
      EditorView.updateListener.of((update) => this.#onUpdate(side, update)),
      // The page's own scroller is hidden, so CodeMirror leaves it alone: the spread brings the caret into sight.
      EditorView.scrollHandler.of((view, range, { y, yMargin }) => this.#showPlace(view, range.head, y, yMargin)),
    ];
  }

  addPage(side: Side, view: EditorView): HTMLElement {
    const head = document.createElement('div');
    const foot = document.createElement('div');
    head.className = 'page-head';
    foot.className = 'page-foot';
    view.scrollDOM.prepend(head);
    view.scrollDOM.append(foot);
    this.#pages.set(side, { view, head, foot, base: 0 });
    this.#listen(view.scrollDOM, 'scroll', () => this.#followPage(side));
    this.#listen(view.dom, 'pointerdown', () => (this.#pointed = side));
    this.#listen(view.dom, 'wheel', () => (this.#pointed = side));
    const resized = new ResizeObserver(() => this.level());
    resized.observe(head);
    resized.observe(view.scrollDOM);
    this.#stop.push(() => resized.disconnect());
    return head;
  }

  /** One page alone, as on a narrow screen, or both. */
  showOnly(side: Side | null): void {
    if (side === this.#single) return;
    this.#single = side;
    this.level();
    for (const { view } of this.#pages.values()) view.requestMeasure();
  }

  readonly subscribe = (listener: () => void): (() => void) => {
    this.#listeners.add(listener);
    return () => this.#listeners.delete(listener);
  };

  /** The passages on and near the stage; the same array until one of them moves. */
  readonly getPlaced = (): readonly PlacedPassage[] => this.#placed;

  scrollTop(): number {
    return this.#top;
  }

  scrollTo(top: number): void {
    this.#setTop(top);
    this.#dropAnchor();
    this.#place();
  }

  destroy(): void {
    for (const stop of this.#stop.splice(0)) stop();
    for (const { head, foot } of this.#pages.values()) {
      head.remove();
      foot.remove();
    }
    this.#pages.clear();
    this.#listeners.clear();
  }

  /** Makes all passages level again by what both editors know now. */
  level(): void {
    const [verso, recto] = [this.#pages.get('verso'), this.#pages.get('recto')];
    if (this.#levelling || !verso || !recto) return;
    this.#levelling = true;
    try {
      this.#adoptLeader();
      const heights = { verso: this.#heightsOf('verso', verso), recto: this.#heightsOf('recto', recto) };
      this.#rectoHeights = heights.recto.passages;
      this.#levels = levelPassages(heights.verso.passages, heights.recto.passages, { gap: GAP_PX, least: this.#single ? 0 : LEAST_PX });
      this.#layBases({ verso: heights.verso.lead, recto: heights.recto.lead });
      for (const side of ['verso', 'recto'] as const) this.#setRoomsOf(side);
      this.#layHeads();
      this.#layFeet();
      this.#holdAnchor();
    } finally {
      this.#levelling = false;
    }
    this.#place();
  }

  #listen(element: HTMLElement, name: string, listener: () => void): void {
    element.addEventListener(name, listener, { capture: true, passive: true });
    this.#stop.push(() => element.removeEventListener(name, listener, { capture: true }));
  }

  #onUpdate(side: Side, update: ViewUpdate): void {
    if (update.docChanged && this.#anchor?.side === side) this.#anchor.offset = update.changes.mapPos(this.#anchor.offset, -1);
    const realigned = update.transactions.some((transaction) => transaction.effects.some((effect) => effect.is(setPassages)));
    if (update.selectionSet && side === this.#leader()) this.#anchorIsOld = true;
    // What a key has changed is levelled when it has been measured, still before it is painted.
    const measured = update.transactions.length === 0 && (update.geometryChanged || update.viewportChanged);
    if (realigned || measured) this.level();
  }

  #leader(): Side {
    if (this.#single) return this.#single;
    for (const [side, { view }] of this.#pages) if (view.dom.contains(document.activeElement)) return side;
    return this.#pointed;
  }

  /** The scroller was moved by a hand. */
  #followScroller(): void {
    const { scrollTop } = this.#elements.scroller;
    if (Math.abs(scrollTop - this.#top) < 1) return;
    this.#setTop(scrollTop);
    this.#dropAnchor();
    this.#place();
  }

  /** An editor has scrolled itself, to show the caret or a match: the spread goes with it. */
  #followPage(side: Side): void {
    const page = this.#pages.get(side);
    if (!page || Math.abs(page.view.scrollDOM.scrollTop - this.#top) < 1) return;
    if (side === this.#leader()) {
      this.#setTop(page.view.scrollDOM.scrollTop);
      this.#dropAnchor();
      this.#place();
    } else {
      page.view.scrollDOM.scrollTop = this.#top;
    }
  }

  #showPlace(view: EditorView, offset: number, y: 'nearest' | 'start' | 'end' | 'center', margin: number): boolean {
    const place = findRect(view, offset);
    const stage = this.#elements.scroller.getBoundingClientRect();
    if (!place || stage.height === 0) return false;
    const room = Math.max(margin, Math.min(CARET_ROOM_PX, stage.height / 4));
    const above = place.top - room - stage.top;
    const below = place.bottom + room - stage.bottom;
    let by = 0;
    if (y === 'center') by = (place.top + place.bottom - stage.top - stage.bottom) / 2;
    else if (y === 'start' || (y === 'nearest' && above < 0)) by = above;
    else if (y === 'end' || below > 0) by = below;
    if (Math.abs(by) >= 1) {
      this.#setTop(this.#top + by);
      // The editor is measuring: where its lines are can be asked after it.
      this.#anchorIsOld = true;
      this.#place();
    }
    return true;
  }

  #adoptLeader(): void {
    if (this.#anchorIsOld) this.#dropAnchor();
    const leader = this.#pages.get(this.#leader());
    if (!leader || Math.abs(leader.view.scrollDOM.scrollTop - this.#top) < 1) return;
    this.#setTop(leader.view.scrollDOM.scrollTop);
    this.#dropAnchor();
  }

  #setTop(top: number): void {
    this.#top = Math.max(0, Math.min(top, this.#elements.scroller.scrollHeight - this.#elements.scroller.clientHeight));
    if (Math.abs(this.#elements.scroller.scrollTop - this.#top) >= 0.5) this.#elements.scroller.scrollTop = this.#top;
    for (const { view } of this.#pages.values()) view.scrollDOM.scrollTop = this.#top;
    const { style } = this.#elements.layer;
    style.transform = `translateY(${-this.#top}px)`;
    style.setProperty('--stage-bottom', `${this.#top + this.#elements.scroller.clientHeight}px`);
  }

  /** What is read stays where it is: on the page that is being used, the caret's line, or the first one where the caret is out of sight. */
  #dropAnchor(): void {
    this.#anchorIsOld = false;
    const side = this.#leader();
    const page = this.#pages.get(side);
    if (!page) return;
    // Higher up there is only the opening, which nothing pushes.
    if (this.#top <= this.#headHeight) {
      this.#anchor = null;
      return;
    }
    const caret = textOf(page.view.lineBlockAt(page.view.state.selection.main.head));
    const isInSight = caret.bottom + page.base > this.#top && caret.top + page.base < this.#top + this.#elements.scroller.clientHeight;
    const block = isInSight ? caret : textOf(page.view.lineBlockAtHeight(this.#top - page.base + 12));
    this.#anchor = { side, offset: block.from, y: block.top + page.base - this.#top };
  }

  #holdAnchor(): void {
    if (this.#anchor) {
      const page = this.#pages.get(this.#anchor.side);
      if (page) {
        const top = textOf(page.view.lineBlockAt(Math.min(this.#anchor.offset, page.view.state.doc.length))).top + page.base - this.#anchor.y;
        if (Math.abs(top - this.#top) > 0.5) this.#setTop(top);
      }
    }
    this.#setTop(this.#top);
    if (!this.#anchor) this.#dropAnchor();
  }

  /** Heights of the passages' own texts, and of what stands above the first of them. */
  #heightsOf(side: Side, { view }: Page): { passages: (number | null)[]; lead: number } {
    const { passages, separators } = view.state.field(passageMarks);
    if (this.#single && this.#single !== side) return { passages: passages.map(() => null), lead: 0 };
    const heights: (number | null)[] = passages.map(() => null);
    let end = view.state.doc.length === 0 ? 0 : textOf(view.lineBlockAt(view.state.doc.length)).bottom;
    let lead = 0;
    for (let index = passages.length - 1; index >= 0; index--) {
      const start = passages[index]?.start ?? null;
      if (start === null) continue;
      const { top } = textOf(view.lineBlockAt(start));
      heights[index] = end - top;
      const separator = separators[index] ?? null;
      if (separator === null) lead = top;
      else end = view.lineBlockAt(separator).top;
    }
    return { passages: heights, lead };
  }

  /** Both texts begin where the one that has more above it begins. */
  #layBases(leads: Record<Side, number>): void {
    const openings = [...this.#pages.values()].map(({ head }) => head.firstElementChild?.getBoundingClientRect().height ?? 0);
    const opening = Math.max(0, ...openings);
    const lead = Math.max(leads.verso, leads.recto);
    this.#headHeight = opening + lead;
    for (const [side, page] of this.#pages) {
      const { passages, separators } = page.view.state.field(passageMarks);
      const first = separators.findIndex((separator, index) => separator === null && passages[index]?.start !== null);
      page.base = opening + lead - leads[side] + (first < 0 ? 0 : (this.#levels[side][first] ?? 0));
    }
  }

  /**
   * The text of a page is drawn where it should be. CodeMirror takes the last line above what it draws for a character
   * longer than it is (its gap's height, where that line was never measured), so what is drawn stands a fraction of a
   * pixel too low, which is taken off above.
   */
  #layHeads(): void {
    for (const { view, head, base } of this.#pages.values()) head.style.height = `${Math.max(0, base - errorOf(view))}px`;
  }

  #setRoomsOf(side: Side): void {
    const page = this.#pages.get(side);
    if (!page) return;
    const { rooms, separators } = page.view.state.field(passageMarks);
    const wanted = this.#levels[side];
    const differs = separators.some((separator, index) => separator !== null && Math.abs((rooms[index] ?? Number.POSITIVE_INFINITY) - (wanted[index] ?? 0)) > STILL_PX);
    if (differs) page.view.dispatch({ effects: setRooms.of(wanted), annotations: Transaction.addToHistory.of(false) });
  }

  /** Both pages can be scrolled to the same end. */
  #layFeet(): void {
    const { scroller, rest } = this.#elements;
    const stage = scroller.clientHeight;
    const below = Math.round(stage * 0.45);
    const shown = [...this.#pages].filter(([side]) => this.#single === null || side === this.#single);
    const bottoms = shown.map(([, { view, base }]) => base + textOf(view.lineBlockAt(view.state.doc.length)).bottom);
    const total = Math.max(this.#headHeight + this.#levels.total, ...bottoms) + below;
    for (const [at, [, { foot }]] of shown.entries()) foot.style.height = `${Math.ceil(total - (bottoms[at] ?? 0)) + SLACK_PX}px`;
    rest.style.height = `${Math.max(0, total - stage)}px`;
  }

  #place(): void {
    const from = this.#top - MARGIN_PX;
    const to = this.#top + this.#elements.scroller.clientHeight + MARGIN_PX;
    const placed: PlacedPassage[] = [];
    for (const [index, top] of this.#levels.tops.entries()) {
      const at = top + this.#headHeight;
      const height = this.#levels.slots[index] ?? 0;
      if (at + height < from) continue;
      if (at > to) break;
      placed.push({ index, top: at, height, rectoHeight: this.#rectoHeights[index] ?? 0 });
    }
    if (samePlaces(placed, this.#placed)) return;
    this.#placed = placed;
    for (const listener of this.#listeners) listener();
  }
}

/** The line itself, without the widgets that may stand above and under it. */
function textOf(block: BlockInfo): BlockInfo {
  if (!Array.isArray(block.type)) return block;
  const parts = block.type as readonly BlockInfo[];
  return parts.find((part) => part.widget === null) ?? block;
}

/** How much lower the drawn part of a page stands than the editor's heights say. */
function errorOf(view: EditorView): number {
  const { doc } = view.state;
  let line = doc.lineAt((view.viewport.from + view.viewport.to) >> 1);
  if (line.text.trim() === '' && line.number < doc.lines) line = doc.line(line.number + 1);
  const { node } = view.domAtPos(line.from);
  const drawn = (node instanceof Element ? node : node.parentElement)?.closest('.cm-line');
  if (!drawn) return 0;
  return drawn.getBoundingClientRect().top - view.contentDOM.getBoundingClientRect().top - textOf(view.lineBlockAt(line.from)).top;
}

/** Where an offset is drawn. Not coordsAtPos, which refuses while the editor measures, and then is when it is asked. */
function findRect(view: EditorView, offset: number): DOMRect | null {
  const { node, offset: at } = view.domAtPos(offset);
  const range = document.createRange();
  range.setStart(node, at);
  range.collapse(true);
  const rect = range.getClientRects()[0];
  if (rect) return rect;
  const child = node.childNodes[at] ?? node;
  const element = child instanceof Element ? child : child.parentElement;
  return element?.getBoundingClientRect() ?? null;
}

function samePlaces(a: readonly PlacedPassage[], b: readonly PlacedPassage[]): boolean {
  return a.length === b.length && a.every((one, at) => isSamePlace(one, b[at]));
}

function isSamePlace(a: PlacedPassage, b: PlacedPassage | undefined): boolean {
  return b !== undefined && a.index === b.index && Math.abs(a.top - b.top) < STILL_PX && Math.abs(a.height - b.height) < STILL_PX && Math.abs(a.rectoHeight - b.rectoHeight) < STILL_PX;
}
