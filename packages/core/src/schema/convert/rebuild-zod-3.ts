import type { TakesText } from './strict-zod-unions.ts';

/** A zod 3 schema with the parts that a copy needs. */
interface Zod3Part {
  readonly _def: Readonly<Record<string, unknown>>;
  _parse(input: { readonly data: unknown }): unknown;
}

type Change = (part: Zod3Part, copy: Zod3Part) => Zod3Part;

/**
 * A copy of a zod 3 schema in which a coerced type takes only the JSON that its JSON Schema describes, as `strictZodUnions`
 * makes of a zod 4 schema.
 */
export function strictZod3Unions<Schema extends object>(
  schema: Schema,
  takesText: TakesText,
): Schema {
  return rebuildAll(schema, (part, copy) => {
    const { typeName, coerce } = part._def;
    if (coerce !== true) return copy;
    const strict = rebuild(part, { ...part._def, coerce: false });
    if (typeName !== 'ZodDate' && typeName !== 'ZodBigInt') return strict;
    const type = typeName === 'ZodDate' ? 'date' : 'bigint';
    const parse: Zod3Part['_parse'] = (input) => {
      const takes = typeof input.data === 'string' && takesText(type, input.data);
      return (takes ? part : strict)._parse(input);
    };
    return Object.defineProperty(copy, '_parse', { value: parse });
  });
}

/**
 * A copy of a zod 3 schema for the conversion to JSON Schema. `isOptional` decides by the types: zod's own method validates
 * `undefined`, so it would run the program's checks, whose promises nobody awaits, and `z.coerce.string()` would be optional
 * because it converts `undefined` to a text. A default whose function throws now is only optional. `visit` gets the definition
 * of each part.
 */
export function forConversion<Schema extends object>(
  schema: Schema,
  visit: (definition: Zod3Part['_def']) => void,
): Schema {
  return rebuildAll(schema, (part, copy) => {
    visit(part._def);
    const { innerType } = copy._def;
    const plain = hasThrowingDefault(part) && isZod3Part(innerType) ? innerType : copy;
    // The inner type may be a part of another place, too, so it gets a copy of its own.
    return Object.create(plain, { isOptional: { value: () => takesUndefined(part, new Set()) } });
  });
}

function hasThrowingDefault({ _def: { typeName, defaultValue } }: Zod3Part): boolean {
  if (typeName !== 'ZodDefault' || typeof defaultValue !== 'function') return false;
  try {
    defaultValue();
    return false;
  } catch {
    return true;
  }
}

function rebuildAll<Schema extends object>(schema: Schema, change: Change): Schema {
  const copies = new Map<Zod3Part, Zod3Part>();
  const copy = (part: Zod3Part): Zod3Part => {
    const known = copies.get(part);
    if (known !== undefined) return known;
    const { _def: definition } = part;
    const changed = { ...definition };
    for (const [key, value] of Object.entries(changed)) changed[key] = copyParts(value, copy);
    // A schema can refer to itself in a function, so its result is copied when it is used.
    for (const key of ['getter', 'shape']) {
      const make = definition[key];
      if (typeof make !== 'function') continue;
      let made: unknown;
      changed[key] = () => (made ??= copyShape(Reflect.apply(make, definition, []), copy));
    }
    const made = change(part, rebuild(part, changed));
    copies.set(part, made);
    return made;
  };
  return copy(schema as unknown as Zod3Part) as unknown as Schema;
}

function isZod3Part(value: unknown): value is Zod3Part {
  return (
    typeof value === 'object' &&
    value !== null &&
    '_parse' in value &&
    '_def' in value &&
    !('_zod' in value)
  );
}

function copyParts(value: unknown, copy: (part: Zod3Part) => Zod3Part): unknown {
  if (Array.isArray(value)) return value.map((item: unknown) => copyParts(item, copy));
  if (value instanceof Map) {
    return new Map([...value].map(([key, item]) => [key, copyParts(item, copy)]));
  }
  return isZod3Part(value) ? copy(value) : value;
}

function copyShape(value: unknown, copy: (part: Zod3Part) => Zod3Part): unknown {
  if (isZod3Part(value)) return copy(value);
  return Object.fromEntries(
    Object.entries(Object(value)).map(([key, field]) => [key, copyParts(field, copy)]),
  );
}

function rebuild(part: Zod3Part, definition: object): Zod3Part {
  return Reflect.construct(part.constructor, [definition]) as Zod3Part;
}

const optionalTypes = new Set([
  'ZodAny',
  'ZodCatch',
  'ZodDefault',
  'ZodOptional',
  'ZodUndefined',
  'ZodUnknown',
  'ZodVoid',
]);

/** Whether a part takes a missing value, by its type. */
function takesUndefined(part: unknown, seen: ReadonlySet<unknown>): boolean {
  if (!isZod3Part(part) || seen.has(part)) return false;
  const inside = new Set([...seen, part]);
  const takes = (inner: unknown) => takesUndefined(inner, inside);
  const { typeName, innerType, schema, type, options, left, right, getter, value } = part._def;
  if (optionalTypes.has(String(typeName))) return true;
  switch (typeName) {
    case 'ZodNullable':
    case 'ZodReadonly':
      return takes(innerType);
    case 'ZodBranded':
      return takes(type);
    case 'ZodEffects':
      return takes(schema);
    case 'ZodPipeline':
      return takes(part._def.in);
    case 'ZodUnion':
      return Array.isArray(options) && options.some(takes);
    case 'ZodIntersection':
      return takes(left) && takes(right);
    case 'ZodLazy':
      return typeof getter === 'function' && takes(Reflect.apply(getter, part._def, []));
    case 'ZodLiteral':
      return value === undefined;
    default:
      return false;
  }
}
