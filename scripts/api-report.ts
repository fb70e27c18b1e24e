import { readFileSync, writeFileSync } from 'node:fs';
import { dirname, join, normalize, relative } from 'node:path';
import ts from 'typescript';
import { publicPackages, root } from './packed/pack-packages.ts';

/** The public API of one entry point: of one entry in the `exports` of a package. */
export interface EntryPointReport {
  /** What programs import, such as `@turnwise/core/model`. */
  readonly specifier: string;
  /** The file of the report, relative to the repository. */
  readonly file: string;
  /** Every exported name, in alphabetical order. */
  readonly names: readonly string[];
  /** Every export with its declaration, in alphabetical order. */
  readonly text: string;
}

/** The public API of all packages. */
export interface ApiReport {
  readonly entryPoints: readonly EntryPointReport[];
  /** Types that a declaration mentions but no entry point exports, as `Type (specifier)`. */
  readonly unexported: readonly string[];
  /** Exports without a comment, as `Name (specifier)`. */
  readonly undocumented: readonly string[];
}

interface EntryPoint {
  readonly specifier: string;
  readonly file: string;
  readonly source: string;
}

/** Reads the declarations of every entry point from the sources of the packages; needs no build. */
export function reportApi(): ApiReport {
  const entryPoints = publicPackages().flatMap(({ folder }) =>
    entryPointsOf(relative(root, folder)),
  );
  const { checker, symbolsOf } = loadDeclarations(entryPoints);
  const exported = new Set(entryPoints.flatMap((each) => [...symbolsOf(each).values()]));
  const unexported = new Set<string>();
  const undocumented: string[] = [];
  const reports = entryPoints.map((entryPoint) => {
    const { specifier, file } = entryPoint;
    const symbols = symbolsOf(entryPoint);
    const names = [...symbols.keys()].sort(byCode);
    for (const [name, symbol] of symbols) {
      if (!declarationsOf(symbol).some(hasComment)) undocumented.push(`${name} (${specifier})`);
    }
    const bases = new Set<ts.Symbol>();
    const print = (symbol: ts.Symbol) => {
      for (const { target, isBase } of mentionedIn(symbol, checker)) {
        if (exported.has(target)) continue;
        if (isBase) bases.add(target);
        else unexported.add(`${target.name} (${specifier})`);
      }
      return declarationsOf(symbol).map(printDeclaration);
    };
    const parts = names.flatMap((name) => print(symbols.get(name) as ts.Symbol));
    // A type that is only extended needs no name of its own, but its members are public.
    const inherited = [...bases].sort((one, other) => byCode(one.name, other.name)).flatMap(print);
    const title = `${specifier}: ${names.length} names. Update this file with "pnpm api".`;
    const text = [title, ...parts, ...inherited.map((each) => `(not exported) ${each}`)];
    return { specifier, file, names, text: `${text.join('\n\n')}\n` };
  });
  return { entryPoints: reports, unexported: [...unexported].sort(byCode), undocumented };
}

/** Independent of the language of the machine. */
function byCode(one: string, other: string): number {
  return one < other ? -1 : Number(one > other);
}

function entryPointsOf(folder: string): readonly EntryPoint[] {
  const manifest = JSON.parse(readFileSync(join(root, folder, 'package.json'), 'utf8')) as {
    name: string;
    exports: Record<string, { '@turnwise/source'?: string } | string>;
  };
  return Object.entries(manifest.exports).flatMap(([path, target]) => {
    const source = typeof target === 'string' ? undefined : target['@turnwise/source'];
    if (source === undefined) return [];
    const specifier = `${manifest.name}${path.slice(1)}`;
    const file = `${folder}/api/${path === '.' ? 'index' : path.slice(2)}.txt`;
    return [{ specifier, file, source: join(root, folder, source) }];
  });
}

/** The declaration files of the entry points, as a program of their own. */
function loadDeclarations(entryPoints: readonly EntryPoint[]) {
  const emitted = emitDeclarations(entryPoints);
  const options: ts.CompilerOptions = { noLib: true, types: [] };
  const program = ts.createProgram(
    entryPoints.map(({ source }) => toDeclarationPath(source)),
    options,
    {
      ...ts.createCompilerHost(options),
      resolveModuleNameLiterals: ownModules(entryPoints, (path) => {
        const resolvedFileName = toDeclarationPath(path);
        return emitted.has(resolvedFileName)
          ? { resolvedFileName, extension: ts.Extension.Dts }
          : undefined;
      }),
      getSourceFile: (path, target) => {
        const text = emitted.get(normalize(path));
        return text === undefined ? undefined : ts.createSourceFile(path, text, target, true);
      },
    },
  );
  const checker = program.getTypeChecker();
  const symbolsOf = ({ source }: EntryPoint): ReadonlyMap<string, ts.Symbol> => {
    const file = program.getSourceFile(toDeclarationPath(source));
    const symbol = file === undefined ? undefined : checker.getSymbolAtLocation(file);
    if (symbol === undefined) throw new Error(`${source} exports nothing.`);
    return new Map(
      checker.getExportsOfModule(symbol).map((each) => [each.name, resolve(each, checker)]),
    );
  };
  return { checker, symbolsOf };
}

/** The declarations of each entry point and of the files that it imports, by path. */
function emitDeclarations(entryPoints: readonly EntryPoint[]): ReadonlyMap<string, string> {
  const host = { ...ts.sys, onUnRecoverableConfigFileDiagnostic: () => undefined };
  const config = ts.getParsedCommandLineOfConfigFile(
    join(root, 'tsconfig.json'),
    { noEmit: false, declaration: true, emitDeclarationOnly: true, types: [] },
    host,
  );
  const options = config?.options ?? {};
  const todo = entryPoints.map(({ source }) => source);
  const program = ts.createProgram(todo, options, {
    ...ts.createCompilerHost(options),
    // Other packages would take most of the time, and no exported type is inferred from theirs.
    resolveModuleNameLiterals: ownModules(entryPoints, (path) => ({
      resolvedFileName: path,
      extension: path.endsWith('.d.ts') ? ts.Extension.Dts : ts.Extension.Ts,
    })),
  });
  const emitted = new Map<string, string>();
  for (let source = todo.pop(); source !== undefined; source = todo.pop()) {
    const path = toDeclarationPath(source);
    const file = program.getSourceFile(source);
    if (file === undefined || emitted.has(path)) continue;
    program.emit(file, (_path, text) => void emitted.set(path, text), undefined, true);
    const imports = emitted.get(path)?.matchAll(/["'](\.{1,2}\/[^"']+)["']/g) ?? [];
    for (const [, imported = ''] of imports) todo.push(join(dirname(source), imported));
  }
  return emitted;
}

/** Resolves relative imports and the entry points of this repository; other modules stay unresolved. */
function ownModules(
  entryPoints: readonly EntryPoint[],
  resolvePath: (path: string) => ts.ResolvedModuleFull | undefined,
): NonNullable<ts.CompilerHost['resolveModuleNameLiterals']> {
  return (literals, importer) =>
    literals.map(({ text }) => {
      const path = text.startsWith('.')
        ? join(dirname(importer), text)
        : entryPoints.find(({ specifier }) => specifier === text)?.source;
      return { resolvedModule: path === undefined ? undefined : resolvePath(path) };
    });
}

function toDeclarationPath(path: string): string {
  return normalize(path).replace(/(?<!\.d)\.ts$/, '.d.ts');
}

function resolve(symbol: ts.Symbol, checker: ts.TypeChecker): ts.Symbol {
  const isAlias = (symbol.flags & ts.SymbolFlags.Alias) !== 0;
  return isAlias ? checker.getAliasedSymbol(symbol) : symbol;
}

/** Several for a name that is both a value and a type. */
function declarationsOf(symbol: ts.Symbol): readonly ts.Node[] {
  return (symbol.declarations ?? []).map((declaration) =>
    ts.isVariableDeclaration(declaration) ? declaration.parent.parent : declaration,
  );
}

function hasComment(declaration: ts.Node): boolean {
  return ts.getJSDocCommentsAndTags(declaration).some(ts.isJSDoc);
}

interface Mention {
  readonly target: ts.Symbol;
  /** Whether the declaration extends the type. */
  readonly isBase: boolean;
}

/** The declared names of this repository that the declarations of a symbol mention. */
function mentionedIn(symbol: ts.Symbol, checker: ts.TypeChecker): readonly Mention[] {
  const mentions: Mention[] = [];
  const visit = (node: ts.Node, isBase: boolean): void => {
    if (isInternal(node)) return;
    if (ts.isIdentifier(node)) {
      const found = checker.getSymbolAtLocation(node);
      const target = found === undefined ? undefined : resolve(found, checker);
      if (target !== undefined && target !== symbol && isDeclaredInFile(target)) {
        mentions.push({ target, isBase });
      }
      return;
    }
    ts.forEachChild(node, (child) => visit(child, isBase || ts.isHeritageClause(child)));
  };
  for (const declaration of declarationsOf(symbol)) visit(declaration, false);
  return mentions;
}

/** Whether a symbol is declared at the top level of a file: not a member, a parameter or a type parameter. */
function isDeclaredInFile(symbol: ts.Symbol): boolean {
  return (symbol.declarations ?? []).some(
    (each) =>
      ts.isInterfaceDeclaration(each) ||
      ts.isTypeAliasDeclaration(each) ||
      ts.isClassDeclaration(each) ||
      ts.isFunctionDeclaration(each) ||
      (ts.isVariableDeclaration(each) && ts.isSourceFile(each.parent.parent.parent)),
  );
}

function isInternal(node: ts.Node): boolean {
  return ts.getJSDocTags(node).some(({ tagName }) => tagName.text === 'internal');
}

const printer = ts.createPrinter({ removeComments: true, newLine: ts.NewLineKind.LineFeed });

function printDeclaration(declaration: ts.Node): string {
  const text = printer.printNode(ts.EmitHint.Unspecified, declaration, declaration.getSourceFile());
  return text.replace(/^export /, '').replace(/^declare /, '');
}

if (process.argv[1] === import.meta.filename) {
  const { entryPoints, unexported, undocumented } = reportApi();
  for (const { file, specifier, names, text } of entryPoints) {
    writeFileSync(join(root, file), text);
    console.log(
      `${specifier}: ${names.length} names, ${relative(process.cwd(), join(root, file))}`,
    );
  }
  if (unexported.length > 0) {
    console.error(`No entry point exports ${unexported.join(', ')}.`);
    process.exitCode = 1;
  }
  if (undocumented.length > 0) {
    console.error(`No comment describes ${undocumented.join(', ')}.`);
    process.exitCode = 1;
  }
}
