/** Elements of a long list in their order, with room for those that are not in the page. */
import { assign, svg } from './element';

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

/** An element of a long list that is in the page; upper and lower edge in px from the top of the list. */
export interface Place {
  readonly element: Element;
  readonly from: number;
  readonly to: number;
}

/** Room for what is not in the page: above, between and below at most two runs of rows. */
export class Spacers {
  readonly #all = [0, 1, 2].map(() => svg('svg', { class: 'spacer', width: 1, 'aria-hidden': 'true' }));

  /** The elements in order, with a spacer wherever one does not begin at the end of the one before. @param height of the list, px */
  between(places: readonly Place[], height: number): Element[] {
    const spare = [...this.#all];
    let edge = 0;
    const upTo = (top: number): Element[] => {
      const spacer = top > edge ? spare.shift() : undefined;
      if (spacer === undefined) return [];
      assign(spacer, { height: top - edge });
      return [spacer];
    };
    const elements = places.flatMap(({ element, from, to }) => {
      const before = upTo(from);
      edge = to;
      return [...before, element];
    });
    return [...elements, ...upTo(height)];
  }
}
