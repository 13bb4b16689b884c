/**
 * What xmlrpc's serializer asks of the package `xmlbuilder`: elements and text. In the bundle it stands in for that
 * package, whose further 40 kB (document types, streams, writers) nobody here calls; a test holds the two together.
 * The names are those of the package.
 */

/** @throws Error for a character that no XML can hold */
function characters(text: string): string {
  // eslint-disable-next-line no-control-regex -- these are what XML 1.0 forbids
  const found = /[\u0000-\u0008\u000B\u000C\u000E-\u001F\uFFFE\uFFFF]/.exec(text);
  if (found !== null) throw new Error(`Invalid character at ${found.index}.`);
  return text;
}

class Element {
  readonly #parts: (Element | string)[] = [];

  constructor(
    private readonly name: string,
    private readonly parent: Element | undefined,
  ) {}

  ele(name: string): Element {
    const child = new Element(name, this);
    this.#parts.push(child);
    return child;
  }

  txt(value: string | number): this {
    this.#parts.push(characters(String(value)).replace(/&/g, '&amp;').replace(/</g, '&lt;').replace(/>/g, '&gt;').replace(/\r/g, '&#xD;'));
    return this;
  }

  text(value: string | number): this {
    return this.txt(value);
  }

  /** A CDATA section. */
  d(value: string): this {
    this.#parts.push(`<![CDATA[${characters(value).replaceAll(']]>', ']]]]><![CDATA[>')}]]>`);
    return this;
  }

  up(): Element {
    return this.parent ?? this;
  }

  doc(): { toString(): string } {
    let root = this as Element;
    while (root.parent !== undefined) root = root.parent;
    return { toString: () => `<?xml version="1.0"?>${root.toString()}` };
  }

  toString(): string {
    if (this.#parts.length === 0) return `<${this.name}/>`;
    return `<${this.name}>${this.#parts.map((part) => part.toString()).join('')}</${this.name}>`;
  }
}

export function create(name: string): Element {
  return new Element(name, undefined);
}
