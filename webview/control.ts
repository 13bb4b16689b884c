/** The controls of panels: toolkit elements with the words, keys and descriptions that they lack by themselves, and a dropdown. */
import { html } from './element';

export interface ButtonOptions {
  readonly label: string;
  /** Keeps the focus when the button is made anew. */
  readonly key: string;
  readonly primary?: boolean;
  /** Why it cannot be used. It keeps its place in the tab order, so that the reason can be read and heard. */
  readonly disabled?: string;
  act(): void;
}

/** A toolkit button. */
export function button(options: ButtonOptions): HTMLElement {
  const { label, key, primary = false, disabled } = options;
  const element = document.createElement('vscode-button');
  element.textContent = label;
  element.setAttribute('appearance', primary ? 'primary' : 'secondary');
  element.dataset.key = key;
  if (disabled !== undefined) {
    element.title = disabled;
    element.setAttribute('aria-disabled', 'true');
    describe(element, disabled);
  }
  element.addEventListener('click', () => {
    if (disabled === undefined) options.act();
  });
  return element;
}

/** The toolkit draws its control when the element enters the page; the description belongs to the control inside. */
function describe(element: HTMLElement, words: string): void {
  requestAnimationFrame(() => element.shadowRoot?.querySelector('button')?.setAttribute('aria-description', words));
}

export interface Field {
  readonly element: HTMLElement;
  /** Its text. */
  value: string;
}

/** A toolkit text field that says what it holds at each change. */
export function field(placeholder: string, key: string, changed: (text: string) => void): Field {
  const element = document.createElement('vscode-text-field') as HTMLElement & { value: string };
  element.setAttribute('placeholder', placeholder);
  // The toolkit names its field "Text field" each time it enters the page; our name comes back each time.
  const name = () => {
    if (element.getAttribute('aria-label') !== placeholder) element.setAttribute('aria-label', placeholder);
  };
  new MutationObserver(name).observe(element, { attributeFilter: ['aria-label'] });
  name();
  element.dataset.key = key;
  element.addEventListener('input', () => changed(element.value));
  element.addEventListener('keydown', (event) => {
    if (event.key !== 'Escape' || element.value === '') return;
    element.value = '';
    changed('');
  });
  return {
    element,
    get value() {
      return element.value;
    },
    set value(text) {
      element.value = text;
    },
  };
}

export interface Choice {
  readonly value: string;
  readonly label: string;
}

/** A dropdown of the browser itself: the toolkit's is a quarter of all that panels load, and does no more. */
export function dropdown(
  name: string,
  key: string,
  choices: readonly Choice[],
  chosen: string,
  choose: (value: string) => void,
): HTMLElement {
  const options = choices.map(({ value, label }) => html('option', { value, selected: value === chosen }, label));
  const element = html('select', { class: 'dropdown', 'aria-label': name, 'data-key': key }, ...options);
  element.addEventListener('change', () => choose(element.value));
  return element;
}

/** What is shown until there is something to show; a word where motion is not wanted. */
export function waiting(): HTMLElement {
  if (matchMedia('(prefers-reduced-motion: reduce)').matches) return html('p', { class: 'quiet', role: 'status' }, 'Loading');
  const ring = document.createElement('vscode-progress-ring');
  ring.setAttribute('aria-label', 'Loading');
  return ring;
}
