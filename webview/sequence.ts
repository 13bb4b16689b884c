/**
 * Puts elements into an order without moving any row: moving would take the focus away. Rows keep their relative order or
 * are new; only spacers step aside.
 */
export function arrange(parent: Element, wanted: readonly Element[]): void {
  const wantedSet = new Set(wanted);
  for (const child of [...parent.children]) if (!wantedSet.has(child)) child.remove();
  const focused = document.activeElement;
  const pivot = wanted.findIndex((element) => element.contains(focused));
  const anchor = wanted[pivot];
  if (anchor?.parentElement !== parent) {
    wanted.forEach((element, k) => {
      if (parent.children[k] !== element) parent.insertBefore(element, parent.children[k] ?? null);
    });
    return;
  }
  // Everything is set around the focused row, which never leaves its place.
  wanted.slice(0, pivot).reduceRight((next, element) => {
    if (next.previousElementSibling !== element) next.before(element);
    return element;
  }, anchor);
  wanted.slice(pivot + 1).reduce((last, element) => {
    if (last.nextElementSibling !== element) last.after(element);
    return element;
  }, anchor);
}
