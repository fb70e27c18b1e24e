import type { $ZodType } from 'zod/v4/core';

/** Another schema in place of a part; `undefined` if the part is only copied. */
export type ReplacePart = (
  part: $ZodType,
  copy: (part: $ZodType) => $ZodType,
) => $ZodType | undefined;

/**
 * A copy of a zod 4 schema in which some parts are others. The original is not changed. `onCopy` gets each copy and its
 * original, which has the description.
 */
export function rebuildZod4(
  schema: $ZodType,
  replace: ReplacePart,
  onCopy?: (made: $ZodType, part: $ZodType) => void,
): $ZodType {
  const copies = new Map<$ZodType, $ZodType>();
  const copy = (part: $ZodType): $ZodType => {
    const known = copies.get(part);
    if (known !== undefined) return known;
    const made = replace(part, copy) ?? copyOf(part, copy);
    copies.set(part, made);
    onCopy?.(made, part);
    return made;
  };
  return copy(schema);
}

/** A schema of the same class, also of another installed version of zod. It has no description. */
export function sameClass(part: $ZodType, def: object): $ZodType {
  const { constr } = part._zod;
  return new constr(def as never) as $ZodType;
}

interface Lazy {
  readonly getter: () => $ZodType;
}

interface ObjectType {
  readonly shape: Readonly<Record<string, $ZodType>>;
}

type Copy = (part: $ZodType) => $ZodType;

function copyOf(part: $ZodType, copy: Copy): $ZodType {
  const { def } = part._zod;
  // A schema can refer to itself in a function, so these are copied when they are used; zod keeps the first result in `def`.
  if (def.type === 'lazy') {
    const { getter } = def as unknown as Lazy;
    let made: $ZodType | undefined;
    return sameClass(part, { type: 'lazy', getter: () => (made ??= copy(getter())) });
  }
  return sameClass(part, copyDefinition(def, copy));
}

/** Getters stay: the one of a default calls the program's function, for every value again. */
function copyDefinition(def: object, copy: Copy): object {
  const own = Object.getOwnPropertyDescriptors(def);
  const changed = Object.defineProperties({}, own);
  for (const [key, { value, get }] of Object.entries(own)) {
    if (get === undefined) Reflect.set(changed, key, copyParts(value, copy));
  }
  if (Reflect.get(def, 'type') === 'object') {
    Object.defineProperty(changed, 'shape', {
      get: () => copyShape((def as ObjectType).shape, copy),
      enumerable: true,
      configurable: true,
    });
  }
  return changed;
}

function copyParts(value: unknown, copy: Copy): unknown {
  if (Array.isArray(value)) return value.map((item) => (isZodType(item) ? copy(item) : item));
  return isZodType(value) ? copy(value) : value;
}

/** Checks have a `_zod`, too, but no type. */
function isZodType(value: unknown): value is $ZodType {
  if (typeof value !== 'object' || value === null || !('_zod' in value)) return false;
  const def: unknown = Reflect.get(Object(value._zod), 'def');
  return typeof Reflect.get(Object(def), 'type') === 'string';
}

function copyShape(shape: ObjectType['shape'], copy: Copy): ObjectType['shape'] {
  return Object.fromEntries(Object.entries(shape).map(([key, field]) => [key, copy(field)]));
}
