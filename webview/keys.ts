/** Numbers for things that have a name: the same thing has the same number as long as the page lives, as tables want it. */
export class Keys<T> {
  readonly #numbers = new Map<string, number>();
  readonly #things = new Map<number, T>();

  constructor(private readonly nameOf: (thing: T) => string) {}

  /** Takes the things anew and returns their numbers in the same order. */
  renew(things: readonly T[]): readonly number[] {
    this.#things.clear();
    return things.map((thing) => {
      const name = this.nameOf(thing);
      const number = this.#numbers.get(name) ?? this.#numbers.size;
      this.#numbers.set(name, number);
      this.#things.set(number, thing);
      return number;
    });
  }

  /** Undefined for what is not there any more. */
  get(number: number): T | undefined {
    return this.#things.get(number);
  }
}
