/** Bottom to top. A file may import its own layer and every layer below it, never one above. */
const layers = [
  'canonical-json|json|json-check|memoize|nearest-name|promise-like|shorten',
  'bounded|errors|error-catalogue|error-json|error-kind',
  'options',
  'turns',
  // The folders inside schema/.
  'schema/schema(?=\\.ts)',
  'schema/json-schema',
  'schema/json-text',
  'schema/check',
  'schema/convert',
  'schema/signature',
  'schema/constraint',
  'tool|profile',
  'dialect',
  'net',
  'transport',
  // The folder. The file model.ts is an entry point, in the top layer.
  'model/.*',
  'context',
  // The folders inside run/, with the loop on top.
  'run/state',
  'run/program',
  'run/limits',
  'run/request',
  // Values that nobody gave, what an input orders and asks, and replies of small models that lack something.
  'run/grounding',
  'run/wording',
  'run/doubt',
  'run/reply|run/calls',
  'run/saved',
  'run/[a-z-]+(?=\\.ts)',
  'images',
  'agent',
  'testing|doctor|otel',
  'index|model(?=\\.ts)',
];

/** Only one file, or the files with one prefix, may import a library. */
const importers = {
  openai: 'core/src/transport/openai-transport',
  undici: 'core/src/(transport|net)/undici-',
  'ipaddr.js': 'core/src/net/public-address',
  'p-retry': 'core/src/transport/with-retries',
  'eventsource-parser': 'core/src/transport/sse',
  'zod-to-json-schema': 'core/src/schema/',
  ajv: 'core/src/schema/check/json-schema-validator',
  'ajv-formats': 'core/src/schema/check/json-schema-validator',
  leven: '(core/src/nearest-name|local/src/check-options)',
  'image-size': '(core/src/turns/image|local/src/images)',
  sharp: 'core/src/images/fit-image',
  eventemitter3: 'core/src/agent/',
  '@opentelemetry/api': 'core/src/otel/',
  mathjs: 'tools/src/calculator',
  '@modelcontextprotocol/client':
    'tools/src/mcp/(server-connection|auth-provider|explain-failure|explain-connection)',
  '@modelcontextprotocol/(server|node)': 'tools/src/mcp/mcp-server',
  'gpt-tokenizer': 'local/src/tokens',
  libsql: 'durable/src/sqlite/open-libsql',
  '@restatedev/restate-sdk': 'durable/src/restate/restate-sdk',
  pg: 'durable/src/postgres/open-postgres',
  pngjs: 'local/src/images',
  'jpeg-js': 'local/src/images',
};

const inCore = (pattern) => `^packages/core/src/(${pattern})(/|\\.ts$)`;

/** @type {import('dependency-cruiser').IConfiguration} */
module.exports = {
  forbidden: [
    { name: 'no-cycles', severity: 'error', from: {}, to: { circular: true } },
    { name: 'no-unresolved', severity: 'error', from: {}, to: { couldNotResolve: true } },
    {
      name: 'core-knows-no-other-package',
      severity: 'error',
      from: { path: '^packages/core/' },
      to: { path: '^packages/(?!core/)' },
    },
    {
      name: 'local-knows-no-other-package',
      severity: 'error',
      from: { path: '^packages/local/' },
      to: { path: '^packages/(?!local/)' },
    },
    {
      name: 'ui-knows-only-core',
      severity: 'error',
      from: { path: '^packages/ui/' },
      to: { path: '^(packages/(?!ui/|core/)|node_modules/)', dependencyTypesNot: ['type-only'] },
    },
    {
      name: 'packages-know-no-examples',
      severity: 'error',
      from: { path: '^packages/' },
      to: { path: '^(examples|real)/' },
    },
    {
      name: 'large-parts-of-node-are-loaded-at-their-first-use',
      severity: 'error',
      from: { path: '^packages/core/src/', pathNot: '^packages/core/src/(node-|probe-cli)' },
      to: { path: '^(node:)?(crypto|fs|fs/promises|util)$', dependencyTypesNot: ['type-only'] },
    },
    {
      name: 'tool-and-profile-are-strangers',
      severity: 'error',
      from: { path: inCore('tool') },
      to: { path: inCore('profile') },
    },
    {
      name: 'profile-and-tool-are-strangers',
      severity: 'error',
      from: { path: inCore('profile') },
      to: { path: inCore('tool') },
    },
    ...layers.slice(0, -1).map((layer, height) => ({
      name: `${layer}-imports-downwards-only`,
      severity: 'error',
      from: { path: inCore(layer) },
      to: { path: inCore(layers.slice(height + 1).join('|')) },
    })),
    ...Object.entries(importers).map(([library, importer]) => ({
      name: `only-${importer}-imports-${library}`,
      severity: 'error',
      from: { path: '^packages/', pathNot: `^packages/${importer}` },
      to: { path: `node_modules/${library}/` },
    })),
  ],
  options: {
    doNotFollow: { path: 'node_modules' },
    tsPreCompilationDeps: true,
    tsConfig: { fileName: 'tsconfig.json' },
    enhancedResolveOptions: {
      conditionNames: ['@turnwise/source', 'import', 'node', 'default', 'types'],
      exportsFields: ['exports'],
      extensions: ['.ts', '.js'],
    },
  },
};
