import type { JsonObject, JsonValue, Tool } from '@turnwise/core';

/** Arguments that a tool accepts: the required ones, with values that its server can use. */
export function argumentsFor({ name, schema }: Tool, root: string): JsonObject {
  const own = name.split('.').at(-1) ?? name;
  return { ...sampleOf(schema.jsonSchema), ...known(root)[own] };
}

/** The required fields of an object that a schema describes. */
export function sampleOf(schema: JsonObject): JsonObject {
  const { properties = {}, required = [] } = schema as {
    readonly properties?: Readonly<Record<string, JsonObject>>;
    readonly required?: readonly string[];
  };
  return Object.fromEntries(required.map((key) => [key, sample(properties[key] ?? {})]));
}

function known(root: string): Readonly<Record<string, JsonObject>> {
  const path = `${root}/note.txt`;
  return {
    read_file: { path },
    read_text_file: { path },
    read_media_file: { path },
    read_multiple_files: { paths: [path, `${root}/other.txt`] },
    write_file: { path: `${root}/new.txt`, content: 'New.' },
    edit_file: { path, edits: [{ oldText: 'One line.', newText: 'One line.' }], dryRun: true },
    create_directory: { path: `${root}/folder` },
    list_directory: { path: root },
    list_directory_with_sizes: { path: root },
    directory_tree: { path: root },
    // Each run needs its own names.
    move_file: { source: `${root}/new.txt`, destination: `${root}/moved-${count()}.txt` },
    search_files: { path: root, pattern: '*.txt' },
    get_file_info: { path },
    'gzip-file-as-resource': { data: 'data:text/plain;base64,SGVsbG8=' },
    'trigger-long-running-operation': { duration: 0.2, steps: 2 },
    read_resource: { uri: 'demo://resource/static/document/features.md' },
  };
}

let moved = 0;
function count(): number {
  moved += 1;
  return moved;
}

function sample({ type, enum: values }: JsonObject): JsonValue {
  if (Array.isArray(values)) return values[0] as JsonValue;
  return type === 'number' || type === 'integer' ? 1 : 'sample';
}
