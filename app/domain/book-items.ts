/** A book's front and back matter and its presets: pure changes of a list whose items have ids. */

interface Item {
  id: string;
}

/** In the place of the one with its id, or at the end. */
export function putItem<T extends Item>(items: readonly T[] | undefined, item: T): T[] {
  const list = items ?? [];
  return list.some(({ id }) => id === item.id) ? list.map((one) => (one.id === item.id ? item : one)) : [...list, item];
}

export function changeItem<T extends Item>(items: readonly T[] | undefined, id: string, patch: Partial<T>): T[] {
  return (items ?? []).map((item) => (item.id === id ? { ...item, ...patch } : item));
}

export function removeItem<T extends Item>(items: readonly T[] | undefined, id: string): T[] {
  return (items ?? []).filter((item) => item.id !== id);
}

/** Where one was taken out, it comes back: behind `afterId`, first where that is null, at the end where it is gone. */
export function insertItem<T extends Item>(items: readonly T[] | undefined, item: T, afterId: string | null): T[] {
  const list = removeItem(items, item.id);
  if (afterId === null) return [item, ...list];
  const at = list.findIndex(({ id }) => id === afterId);
  return list.toSpliced(at < 0 ? list.length : at + 1, 0, item);
}
