import { cp, mkdir, readdir, readFile, rm, writeFile } from 'node:fs/promises';
import { builtinModules } from 'node:module';
import { dirname } from 'node:path';
import { build, transform } from 'esbuild';
import ts from 'typescript';

/**
 * Writes the JavaScript of the packages: ES modules into `dist`, and the same files as CommonJS into `dist/cjs`. Each entry in
 * `exports` and `bin` becomes one file, and what they share becomes chunks: a program that loads two hundred small files
 * spends more time on finding them than on running them. The small libraries are included, and so is undici: some of them are
 * only ES modules, which jest cannot load in CommonJS, and a bundler does not find what is loaded through `createRequire`.
 */

/** The libraries of each package that stay outside: a program shares them with its own code, or they are large. */
const external = {
  core: ['@opentelemetry/api', 'openai', 'sharp'],
  tools: ['@modelcontextprotocol/*', '@turnwise/core', 'mathjs', 'zod'],
  local: ['gpt-tokenizer'],
  'ai-sdk': ['@turnwise/core'],
  durable: ['@restatedev/*', '@turnwise/core', 'libsql'],
  ui: ['@turnwise/core'],
  'create-turnwise': [],
};

/**
 * In the source, Node's `require` loads a library at its first use. Without the local `require`, esbuild includes the library as a
 * function and calls it at the same place.
 */
const includeRequired = {
  name: 'include-required',
  setup({ onLoad }) {
    onLoad({ filter: /packages\/[\w-]+\/src\/.*\.ts$/ }, async ({ path }) => {
      const source = await readFile(path, 'utf8');
      const withoutRequire = source
        .replace("import { createRequire } from 'node:module';", '')
        .replace('const require = createRequire(import.meta.url);', '');
      const whole = reachesAll.test(path) ? "\nimport 'all-of-the-package';" : '';
      return { contents: withLatePatterns(withoutRequire) + whole, loader: 'ts' };
    });
  },
};

/**
 * V8 checks every regular expression when it parses a file, also those in functions that never run. `\p{…}` makes that slow: forty of
 * them were a tenth of the import of core. In the bundle they are made at their first use.
 */
function withLatePatterns(source) {
  if (!source.includes('\\p{')) return source;
  const names = [];
  let text = '';
  let end = 0;
  const visit = (node) => {
    if (ts.isRegularExpressionLiteral(node) && node.text.includes('\\p{')) {
      const slash = node.text.lastIndexOf('/');
      const given = [node.text.slice(1, slash), node.text.slice(slash + 1)];
      const name = `latePattern${names.push(node)}`;
      const made = `(${name} ??= new RegExp(${given.map((each) => JSON.stringify(each)).join(', ')}))`;
      text += source.slice(end, node.getStart()) + made;
      end = node.end;
    }
    ts.forEachChild(node, visit);
  };
  visit(ts.createSourceFile('source.ts', source, ts.ScriptTarget.Latest, true));
  const declared = names.map((_, index) => `latePattern${index + 1}: RegExp | undefined`);
  return `${text}${source.slice(end)}\n${names.length === 0 ? '' : `var ${declared.join(', ')};`}`;
}

/** The files of core that begin a chunk of their own, except `index.ts`; see `oneChunk`. */
const reachesAll =
  /packages\/core\/src\/(?:(?:model|probe-cli)|(?:doctor|otel|testing)\/index|transport\/undici-fetch|net\/undici-pinned)\.ts$/;

/** An ES module has no `require`, and a bundler cannot replace the one of an included library. This works in every module. */
const findBuiltins = {
  name: 'find-builtins',
  setup({ onResolve, onLoad }) {
    const names = new Set(builtinModules.flatMap((name) => [name, `node:${name}`]));
    onResolve({ filter: /^[\w:/]+$/ }, ({ path, kind }) =>
      kind === 'require-call' && (names.has(path) || path.startsWith('node:'))
        ? { path, namespace: 'builtin' }
        : undefined,
    );
    onLoad({ filter: /.*/, namespace: 'builtin' }, ({ path }) => ({
      contents: `module.exports = process.getBuiltinModule(${JSON.stringify(path)});`,
    }));
  },
};

/**
 * Most of the time of an import is the time of the parser, and nearly half of the text of core is that of libraries. Only CommonJS:
 * esbuild finds fewer unused parts in an ES module that is already short.
 */
const shortLibraries = {
  name: 'short-libraries',
  setup({ onLoad }) {
    onLoad({ filter: /node_modules\/.*\.c?js$/ }, async ({ path }) => {
      const source = await readFile(path, 'utf8');
      if (/^(?:import|export)\b/m.test(source)) return undefined;
      const { code } = await transform(source, { target: shared.target, minify: true });
      return { contents: code };
    });
  },
};

/** `zod-to-json-schema` needs only the names of zod 3's types; all of zod 3 would make the file a third larger. */
const namesOfZod3 = {
  name: 'names-of-zod-3',
  setup({ onResolve, onLoad }) {
    onResolve({ filter: /^zod\/v3$/ }, () => ({ path: 'zod/v3', namespace: 'names' }));
    onLoad({ filter: /.*/, namespace: 'names' }, async () => {
      const { ZodFirstPartyTypeKind } = await import('zod/v3');
      return {
        contents: `exports.ZodFirstPartyTypeKind = ${JSON.stringify(ZodFirstPartyTypeKind)};`,
      };
    });
  },
};

/**
 * The entries of core use nearly the same files. If each of them reaches all files, esbuild writes what they share into one chunk and
 * not into ten: loading a file costs more than running a small one. The import itself is removed again below.
 */
const oneChunk = {
  name: 'one-chunk',
  setup({ initialOptions: { absWorkingDir }, onResolve }) {
    onResolve({ filter: /^all-of-the-package$/ }, () => ({
      path: `${absWorkingDir}/src/index.ts`,
      sideEffects: true,
    }));
  },
};

const shared = { platform: 'node', target: 'node20.19', sourcemap: true, sourcesContent: false };

for (const [name, libraries] of Object.entries(external)) {
  await writePackage(`${import.meta.dirname}/../${name}`, libraries);
}

async function writePackage(root, libraries) {
  const { bin = {}, exports } = JSON.parse(await readFile(`${root}/package.json`, 'utf8'));
  const programs = Object.values(bin).map((file) =>
    file.replace('./dist/', 'src/').replace(/js$/, 'ts'),
  );
  const entries = Object.values(exports).flatMap((entry) => entry['@turnwise/source'] ?? []);
  // The names contain a hash, so the files of an earlier build would not be overwritten.
  for (const old of ['chunks', 'cjs']) {
    await rm(`${root}/dist/${old}`, { recursive: true, force: true });
  }
  const { metafile } = await build({
    ...shared,
    absWorkingDir: root,
    entryPoints: [...entries, ...programs],
    outbase: 'src',
    outdir: 'dist',
    bundle: true,
    splitting: true,
    format: 'esm',
    external: libraries,
    plugins: [includeRequired, oneChunk, namesOfZod3, findBuiltins, shortLibraries],
    chunkNames: 'chunks/[name]-[hash]',
    conditions: ['@turnwise/source'],
    metafile: true,
  });
  const files = Object.entries(metafile.outputs).flatMap(([file, { entryPoint = '' }]) =>
    file.endsWith('.js') && !programs.includes(entryPoint) ? file : [],
  );
  for (const file of files) {
    // esbuild writes an import for the order of side effects. There are none, and a bundler would warn of it.
    const text = await readFile(`${root}/${file}`, 'utf8');
    await writeFile(`${root}/${file}`, text.replace(/^import "\.[^"]+";$/gm, ''));
  }
  if (files.length > 0) await writeCommonJs(root, files);
  await writeLicenses(root, Object.keys(metafile.inputs));
}

/** The same files as CommonJS, so that entries share their chunks there, too, and with them their classes. */
async function writeCommonJs(root, files) {
  await build({
    ...shared,
    absWorkingDir: root,
    entryPoints: files,
    outbase: 'dist',
    outdir: 'dist/cjs',
    format: 'cjs',
    // jest can load only what is required.
    supported: { 'dynamic-import': false },
  });
  for (const file of files) {
    // For esbuild, the default export of a CommonJS file is the whole file. In these files it is the export `default`.
    const path = `${root}/${file.replace('dist/', 'dist/cjs/')}`;
    const text = await readFile(path, 'utf8');
    await writeFile(
      path,
      text.replace(/__toESM\(require\(("\.[^"]+")\)(?:, 1)?\)/g, 'require($1)'),
    );
  }
  await writeFile(`${root}/dist/cjs/package.json`, '{ "type": "commonjs" }\n');
  const types = (await readdir(`${root}/dist`, { recursive: true })).filter(
    (file) => file.endsWith('.d.ts') && !file.startsWith('cjs'),
  );
  for (const file of types) {
    const target = `${root}/dist/cjs/${file}`;
    await mkdir(dirname(target), { recursive: true });
    await cp(`${root}/dist/${file}`, target);
  }
}

/** The licenses of the libraries that the files contain. */
async function writeLicenses(root, inputs) {
  const folders = new Set(
    inputs.flatMap((file) => file.match(/^.*node_modules\/(?:@[^/]+\/)?[^/]+(?=\/)/) ?? []),
  );
  const texts = [];
  for (const folder of [...folders].sort()) {
    const { name, version } = JSON.parse(await readFile(`${root}/${folder}/package.json`, 'utf8'));
    const license = (await readdir(`${root}/${folder}`)).find((file) => /^licen[sc]e/i.test(file));
    const text =
      license === undefined ? '' : await readFile(`${root}/${folder}/${license}`, 'utf8');
    texts.push(`${name} ${version}\n\n${text.trim()}\n`);
  }
  await writeFile(`${root}/dist/licenses.txt`, texts.join('\n---\n\n'));
}
