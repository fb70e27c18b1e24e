import type { JsonObject, JsonValue } from '../../json.ts';
import { type Check, objectOf, recordOf } from '../../json-check.ts';
import type { RunState } from './run-state.ts';

/** One field of a slice: how it starts, and how it is saved. */
export interface StateField<Value> {
  initial(): Value;
  /** How the field is saved. A field without it is not saved and has its initial value after a resume. */
  readonly saved?: {
    readonly check: Check;
    /** Must return a copy of what the run changes later. */
    toJson(value: Value): unknown;
    fromJson(json: unknown): Value;
  };
}

type SliceValue<Fields> = {
  -readonly [Name in keyof Fields]: Fields[Name] extends StateField<infer Value> ? Value : never;
};

/** A part of a run's state. The file that writes it defines it; `saved-state.ts` lists all slices. */
export interface StateSlice<Value extends object> {
  /** The slice of this state; it has its initial value before the first use. */
  of(state: RunState): Value;
  /** Writes the saved fields of this state into `json`. */
  save(state: RunState, json: Record<string, JsonValue>): void;
  /** Lets another state use the same slice as this one. */
  share(state: RunState, other: RunState): void;
  /** Sets the slice to saved JSON that passed `check`. */
  load(state: RunState, json: JsonObject): void;
  readonly check: Check;
}

/** A field that is plain JSON and is saved as it is. */
export function saved<Value>(initial: () => Value, check: Check): StateField<Value> {
  const copy = (value: unknown) => (Array.isArray(value) ? [...value] : value) as Value;
  return { initial, saved: { check, toJson: copy, fromJson: copy } };
}

/** A map that is saved as an object; keys may have any name, also `__proto__`. */
export function savedMap<Value>(check: Check): StateField<Map<string, Value>> {
  return {
    initial: () => new Map(),
    saved: {
      check: recordOf(check),
      toJson: (map) => Object.fromEntries(map),
      fromJson: (json) => new Map(Object.entries(json as Readonly<Record<string, Value>>)),
    },
  };
}

/** A field that is not saved. */
export function transient<Value>(initial: () => Value): StateField<Value> {
  return { initial };
}

let sliceCount = 0;

/** Makes a slice out of its fields. */
export function defineSlice<Fields extends Readonly<Record<string, StateField<unknown>>>>(
  fields: Fields,
): StateSlice<SliceValue<Fields>> {
  const all = Object.entries<StateField<unknown>>(fields).map(([name, field]) => ({
    name,
    ...field,
  }));
  const savedFields = all.flatMap(({ name, saved }) =>
    saved === undefined ? [] : [{ name, ...saved }],
  );
  const place = sliceCount++;
  // Inheriting the initial values is several times as fast as copying them. Objects among them must not be shared.
  const template = Object.fromEntries(all.map(({ name, initial }) => [name, initial()]));
  const objects = all.filter(({ name }) => typeof template[name] === 'object');
  const begin = (state: RunState): object => {
    const value: Record<string, unknown> = Object.create(template);
    for (const { name, initial } of objects) value[name] = initial();
    state.slices[place] = value;
    return value;
  };
  const slice: StateSlice<SliceValue<Fields>> = {
    of: (state) => (state.slices[place] ?? begin(state)) as SliceValue<Fields>,
    share: (state, other) => {
      other.slices[place] = slice.of(state);
    },
    save: (state, json) => {
      const value = slice.of(state) as Readonly<Record<string, unknown>>;
      for (const { name, toJson } of savedFields) {
        const field = toJson(value[name]);
        if (field !== undefined) json[name] = field as JsonValue;
      }
    },
    load: (state, json) => {
      const value = slice.of(state) as Record<string, unknown>;
      for (const { name, fromJson } of savedFields) {
        if (Object.hasOwn(json, name)) value[name] = fromJson(json[name]);
      }
    },
    check: objectOf(Object.fromEntries(savedFields.map(({ name, check }) => [name, check]))),
  };
  return slice;
}
