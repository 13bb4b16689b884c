/** Elements from data. Attributes only, never an inline style: the content policy forbids it. */

export type Attributes = Readonly<Record<string, string | number | boolean | undefined>>;
export type Child = Node | string | false | undefined;

const svgNamespace = 'http://www.w3.org/2000/svg';

/** `html('p', { class: 'quiet' }, 'words')`. `true` becomes an empty attribute; `false` and `undefined` none. */
export function html<K extends keyof HTMLElementTagNameMap>(
  tag: K,
  attributes: Attributes = {},
  ...children: readonly Child[]
): HTMLElementTagNameMap[K] {
  return fill(document.createElement(tag), attributes, children);
}

/** The same in the namespace of drawings. Lengths are numbers (px) or strings with their unit. */
export function svg<K extends keyof SVGElementTagNameMap>(
  tag: K,
  attributes: Attributes = {},
  ...children: readonly Child[]
): SVGElementTagNameMap[K] {
  return fill(document.createElementNS(svgNamespace, tag), attributes, children);
}

/** Sets, or with `false` and `undefined` removes, attributes. */
export function assign(element: Element, attributes: Attributes): void {
  for (const [name, value] of Object.entries(attributes)) {
    if (value === undefined || value === false) element.removeAttribute(name);
    else element.setAttribute(name, value === true ? '' : String(value));
  }
}

/**
 * Gives an element new content. Where the focus was on something with a `data-key`, it goes to the new element of the
 * same key, so that news never throws a keyboard out.
 */
export function renew(parent: Element, ...children: readonly Child[]): void {
  const focused = document.activeElement;
  const key = focused !== null && parent.contains(focused) ? focused.getAttribute('data-key') : null;
  parent.replaceChildren(...present(children));
  if (key !== null) parent.querySelector<HTMLElement>(`[data-key="${CSS.escape(key)}"]`)?.focus();
}

/** A button that looks like a link: an action inside a sentence. */
export function linkButton(words: string, key: string, act: () => void, attributes: Attributes = {}): HTMLButtonElement {
  const button = html('button', { type: 'button', class: 'link', 'data-key': key, ...attributes }, words);
  button.addEventListener('click', act);
  return button;
}

/** Children with a middle dot between them. */
export function dotted(...children: readonly Child[]): Child[] {
  return present(children).flatMap((child, k) => (k === 0 ? [child] : [' · ', child]));
}

function fill<E extends Element>(element: E, attributes: Attributes, children: readonly Child[]): E {
  assign(element, attributes);
  element.append(...present(children));
  return element;
}

function present(children: readonly Child[]): (Node | string)[] {
  return children.filter((child): child is Node | string => child !== undefined && child !== false && child !== '');
}
