import { readFileSync } from 'node:fs';
import { Comment, CommentTag, Converter, ReflectionKind } from 'typedoc';
import { readEntryPoints } from './read-entry-points.mjs';

/**
 * A plugin of typedoc: an entry point has the name that programs import, and its exports are grouped under the comments of the file,
 * such as `// Tools` in `index.ts`.
 */
export function load(app) {
  app.converter.on(Converter.EVENT_RESOLVE_BEGIN, ({ project }) => {
    const order = [];
    const entryPoints = readEntryPoints();
    for (const module of project.getReflectionsByKind(ReflectionKind.Module)) {
      const file = module.sources?.[0]?.fullFileName;
      const entryPoint = entryPoints.find(({ source }) => source === file);
      if (entryPoint === undefined) continue;
      module.name = entryPoint.specifier;
      const groups = readGroups(readFileSync(file, 'utf8'));
      order.push(...[...groups.values()].filter((title) => title !== undefined));
      for (const child of module.children ?? []) addCategory(child, groups.get(child.name));
    }
    // The site has no address of the sources that it could link to.
    for (const reflection of Object.values(project.reflections)) delete reflection.sources;
    app.options.setValue('categoryOrder', [...new Set(order), '*']);
  });
}

/** The heading of each exported name: the last comment line above it that starts the line. */
function readGroups(text) {
  const groups = new Map();
  let heading;
  for (const statement of text.split(/^(?=\/\/ |export )/m)) {
    const [, title] = /^\/\/ (.+)/.exec(statement) ?? [];
    if (title !== undefined) heading = title;
    const [, names = ''] = /^export (?:type )?\{([^}]*)\}/.exec(statement) ?? [];
    for (const name of names.split(',').filter((each) => each.trim() !== '')) {
      groups.set(
        name
          .trim()
          .replace(/^type /, '')
          .replace(/^.* as /, ''),
        heading,
      );
    }
  }
  return groups;
}

function addCategory(reflection, category) {
  if (category === undefined) return;
  const signatures = reflection.signatures ?? [reflection];
  for (const { comment } of [reflection, ...signatures]) comment?.removeTags('@category');
  reflection.comment ??= new Comment();
  reflection.comment.blockTags.push(
    new CommentTag('@category', [{ kind: 'text', text: category }]),
  );
}
