/**
 * Reads GraphQL as far as StageIT's clients write it: one anonymous or named query, aliases, arguments, nested fields. No
 * variables, fragments, directives or mutations: those are answered with an error.
 */

export type Value = number | string | boolean | null | { readonly enum: string };

export interface Selection {
  /** Its name in the answer. */
  readonly alias: string;
  readonly name: string;
  readonly args: ReadonlyMap<string, Value>;
  /** Undefined for a field without braces. */
  readonly fields: readonly Selection[] | undefined;
}

/** An error that GraphQL puts into `errors`. */
export class QueryError extends Error {}

type Token = { readonly kind: 'sign' | 'name' | 'number' | 'string'; readonly text: string } | undefined;

export function parseQuery(text: string): readonly Selection[] {
  const reader = new Reader(tokensOf(text));
  if (reader.peek('query')) {
    reader.next();
    if (!reader.peek('{')) reader.name();
  }
  const fields = reader.fields();
  reader.end();
  return fields;
}

const pattern =
  /(?<skip>[\s,\uFEFF]+|#[^\n\r]*)|(?<sign>[{}():]|\.\.\.|[$!=@|[\]])|(?<name>[A-Za-z_]\w*)|(?<number>-?\d+(?:\.\d+)?)|(?<string>"(?:[^"\\\n]|\\.)*")/y;

function tokensOf(text: string): readonly Token[] {
  const tokens: Token[] = [];
  for (let at = 0; at < text.length; at = pattern.lastIndex) {
    pattern.lastIndex = at;
    const found = pattern.exec(text);
    if (found === null) throw new QueryError(`Syntax Error: Unexpected character: ${JSON.stringify(text[at])}.`);
    for (const kind of ['sign', 'name', 'number', 'string'] as const) {
      const part = found.groups?.[kind];
      if (part !== undefined) tokens.push({ kind, text: part });
    }
  }
  return tokens;
}

class Reader {
  #at = 0;

  constructor(private readonly tokens: readonly Token[]) {}

  peek(text: string): boolean {
    return this.tokens[this.#at]?.text === text;
  }

  next(): NonNullable<Token> {
    const token = this.tokens[this.#at++];
    if (token === undefined) throw new QueryError('Syntax Error: Unexpected <EOF>.');
    return token;
  }

  end(): void {
    const token = this.tokens[this.#at];
    if (token !== undefined) throw new QueryError(`Syntax Error: Unexpected ${token.text}.`);
  }

  name(): string {
    const token = this.next();
    if (token.kind !== 'name') throw new QueryError(`Syntax Error: Expected Name, found '${token.text}'.`);
    return token.text;
  }

  fields(): readonly Selection[] {
    this.#expect('{');
    const fields: Selection[] = [];
    do fields.push(this.#field());
    while (!this.peek('}'));
    this.next();
    return fields;
  }

  #field(): Selection {
    const first = this.name();
    const aliased = this.#skip(':');
    const name = aliased ? this.name() : first;
    const args = this.#skip('(') ? this.#args() : new Map<string, Value>();
    return { alias: first, name, args, fields: this.peek('{') ? this.fields() : undefined };
  }

  #args(): ReadonlyMap<string, Value> {
    const args = new Map<string, Value>();
    do {
      const name = this.name();
      this.#expect(':');
      args.set(name, this.#value());
    } while (!this.peek(')'));
    this.next();
    return args;
  }

  #value(): Value {
    const { kind, text } = this.next();
    if (kind === 'number') return Number(text);
    if (kind === 'string') return JSON.parse(text) as string;
    if (kind !== 'name') throw new QueryError(`Syntax Error: Unexpected '${text}'.`);
    if (text === 'true' || text === 'false') return text === 'true';
    return text === 'null' ? null : { enum: text };
  }

  #skip(text: string): boolean {
    if (!this.peek(text)) return false;
    this.next();
    return true;
  }

  #expect(text: string): void {
    const token = this.next();
    if (token.text !== text) throw new QueryError(`Syntax Error: Expected '${text}', found '${token.text}'.`);
  }
}
