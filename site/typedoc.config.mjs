import { readEntryPoints } from './src/read-entry-points.mjs';

/** @type {Partial<import('typedoc').TypeDocOptions> & import('typedoc-plugin-markdown').PluginOptions} */
export default {
  plugin: ['typedoc-plugin-markdown', './src/group-exports.mjs'],
  tsconfig: './tsconfig.json',
  entryPoints: readEntryPoints().map(({ source }) => source),
  excludeInternal: true,
  excludePrivate: true,
  readme: 'none',
  validation: { notExported: true, invalidLink: true },
  treatValidationWarningsAsErrors: true,
  categorizeByGroup: false,
  out: 'pages/api',
  entryFileName: 'index',
  indexFormat: 'table',
  hideBreadcrumbs: true,
  hidePageHeader: true,
  parametersFormat: 'table',
  interfacePropertiesFormat: 'table',
  typeDeclarationFormat: 'table',
};
