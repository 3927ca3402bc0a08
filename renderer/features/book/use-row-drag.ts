import { useRef, useState, type PointerEvent, type RefObject } from 'react';

/** A press becomes a drag when it has moved this far. */
const START_PX = 5;
const EDGE_PX = 28;
const SCROLL_PX = 8;

interface Drag {
  from: number;
  startY: number;
  moving: boolean;
}

export interface RowDrag {
  /** The row that is moved; null: none. */
  from: number | null;
  /** Before which row it would drop; the count: at the end. */
  line: number | null;
  handlers: {
    onPointerDown(event: PointerEvent<HTMLElement>): void;
    onPointerMove(event: PointerEvent<HTMLElement>): void;
    onPointerUp(event: PointerEvent<HTMLElement>): void;
    onPointerCancel(): void;
    onClickCapture(event: { preventDefault(): void; stopPropagation(): void }): void;
  };
}

/** Before which row a pointer at `clientY` is; rows have one height. */
function lineAt(tree: HTMLElement, clientY: number, count: number): number {
  const height = tree.querySelector<HTMLElement>('[role="treeitem"]')?.offsetHeight ?? 1;
  const y = clientY - tree.getBoundingClientRect().top + tree.scrollTop;
  return Math.max(0, Math.min(count, Math.round(y / height)));
}

/**
 * Reorders rows by dragging with a mouse or pen (a finger scrolls, and moves by the menu).
 * @param onMove gets the row's index before and after
 */
export function useRowDrag(tree: RefObject<HTMLElement | null>, count: number, onMove: (from: number, to: number) => void): RowDrag {
  const drag = useRef<Drag | null>(null);
  const justDropped = useRef(false);
  const [shown, setShown] = useState<{ from: number; line: number } | null>(null);

  const end = (): void => {
    drag.current = null;
    setShown(null);
  };
  return {
    from: shown?.from ?? null,
    line: shown?.line ?? null,
    handlers: {
      onPointerDown(event) {
        justDropped.current = false;
        const target = event.target instanceof Element ? event.target.closest<HTMLElement>('[data-index]') : null;
        if (!target || event.button !== 0 || event.pointerType === 'touch' || event.target instanceof HTMLInputElement) return;
        drag.current = { from: Number(target.dataset['index']), startY: event.clientY, moving: false };
      },
      onPointerMove(event) {
        const held = drag.current;
        const element = tree.current;
        if (!held || !element) return;
        if (!held.moving && Math.abs(event.clientY - held.startY) < START_PX) return;
        if (!held.moving) element.setPointerCapture(event.pointerId);
        held.moving = true;
        const box = element.getBoundingClientRect();
        if (event.clientY < box.top + EDGE_PX) element.scrollBy(0, -SCROLL_PX);
        if (event.clientY > box.bottom - EDGE_PX) element.scrollBy(0, SCROLL_PX);
        setShown({ from: held.from, line: lineAt(element, event.clientY, count) });
      },
      onPointerUp(event) {
        const held = drag.current;
        const element = tree.current;
        end();
        if (!held?.moving || !element) return;
        justDropped.current = true;
        const line = lineAt(element, event.clientY, count);
        const to = line > held.from ? line - 1 : line;
        if (to !== held.from) onMove(held.from, to);
      },
      onPointerCancel: end,
      onClickCapture(event) {
        // The click that ends a drag opens nothing.
        if (!justDropped.current) return;
        justDropped.current = false;
        event.preventDefault();
        event.stopPropagation();
      },
    },
  };
}
