/** A program can load this package twice: as an ES module and as CommonJS. The kind of a class is the same in both. */
const kind = Symbol.for('@turnwise/core/error-kind');

/** Gives a class of errors a kind: `instanceof` then also recognises the errors of that kind of another copy of this package. */
export function setKind(errors: abstract new (...values: never[]) => Error, name: string): void {
  Object.defineProperty(errors, kind, { value: name });
  Object.defineProperty(errors, Symbol.hasInstance, {
    value(this: object, thrown: unknown): boolean {
      if (Function.prototype[Symbol.hasInstance].call(this, thrown)) return true;
      // A class of the program that extends this one inherits this function, but not its instances.
      return this === errors && kindsOf(thrown).includes(name);
    },
  });
}

/** The kinds of the class of an error and of its base classes. Empty for other values. */
function kindsOf(thrown: unknown): readonly unknown[] {
  const kinds: unknown[] = [];
  try {
    // A proxy or a getter can throw.
    let class_: unknown = thrown instanceof Error ? thrown.constructor : undefined;
    while (typeof class_ === 'function') {
      if (Object.hasOwn(class_, kind)) kinds.push(Reflect.get(class_, kind));
      class_ = Object.getPrototypeOf(class_);
    }
  } catch {
    return [];
  }
  return kinds;
}
