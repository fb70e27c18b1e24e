import ts from 'typescript';
import {
  asValue,
  blank,
  type Name,
  type ReadableText,
  withoutQuotations,
} from './readable-text.ts';

type TextNode = ts.StringLiteralLike | ts.TemplateLiteralToken;
interface Span {
  readonly start: number;
  readonly end: number;
}

const testCalls = /^(test|it|describe)$/;
/** Calls whose texts are a conversation with a model, or are compared, not text of the program. */
const dataCalls =
  /^(says|asks|run|stream|steer|send|ask|answer|user|includes|startsWith|endsWith|indexOf)$/;
const comments = /\/\*[\s\S]*?\*\/|\/\/[^\n]*(?:\n[ \t]*\/\/[^\n]*)*/g;
const commentMarks = /^\/\*+|\*+\/$|(?<=^|\n[ \t]*)\/\/+|(?<=\n[ \t]*)\*+/g;
const fencedExample = /```[\s\S]*?```/g;
const escapes = /\\(?:u[\da-fA-F]{4}|[\s\S])/g;

/** Which texts count: all of them, the titles of tests, or none. */
export type CountedTexts = 'all' | 'titles' | 'none';

/** Reads the comments, the names that are declared, and the texts of a TypeScript or JavaScript file. */
export function readTypeScript(source: string, counted: CountedTexts): ReadableText {
  const file = ts.createSourceFile('file.ts', source, ts.ScriptTarget.Latest, true);
  const { names, literals, readable } = collect(file, counted);
  const prose = blank(source).split('');
  const show = (start: number, text: string): void => {
    for (let index = 0; index < text.length; index += 1) prose[start + index] = text.charAt(index);
  };
  const code = source.split('');
  for (const { start, end } of literals) code.fill('\0', start, end);
  for (const { 0: comment, index } of code.join('').matchAll(comments)) {
    show(index, plainComment(source.slice(index, index + comment.length)));
  }
  for (const { start, end, isValue } of readable) {
    const text = source.slice(start, end);
    show(start, isValue ? asValue(text) : text.replace(escapes, spaces));
  }
  const read = withoutQuotations(prose.join(''));
  return { prose: read.prose, names: [...names, ...read.names] };
}

function collect(file: ts.SourceFile, counted: CountedTexts) {
  const names: Name[] = [];
  const literals: Span[] = [];
  const readable: (Span & { readonly isValue: boolean })[] = [];
  const isRead = (node: ts.Node) =>
    counted === 'all' ? !isData(node) : counted === 'titles' && isTitle(node);
  const visit = (node: ts.Node): void => {
    if (ts.isIdentifier(node)) {
      if (isDeclared(node)) names.push({ text: node.text, offset: node.getStart(file) });
      return;
    }
    if (isText(node)) {
      const start = node.getStart(file);
      literals.push({ start, end: node.end });
      if (isRead(node)) readText(node, start);
    } else if (ts.isRegularExpressionLiteral(node)) {
      literals.push({ start: node.getStart(file), end: node.end });
    } else if (ts.isTemplateSpan(node) && isRead(node)) {
      // Before its parts: a text inside of the value is read after it, and shown.
      const value = node.expression;
      readable.push({ start: value.getFullStart() - 2, end: value.end + 1, isValue: true });
    }
    ts.forEachChild(node, visit);
  };
  const readText = (node: TextNode, start: number): void => {
    if (/^[A-Za-z][\w-]*$/.test(node.text)) names.push({ text: node.text, offset: start + 1 });
    const closing = ts.isTemplateHead(node) || ts.isTemplateMiddle(node) ? 2 : 1;
    if (/\s/.test(node.text))
      readable.push({ start: start + 1, end: node.end - closing, isValue: false });
  };
  visit(file);
  return { names, literals, readable };
}

function isText(node: ts.Node): node is TextNode {
  return (
    ts.isStringLiteralLike(node) ||
    ts.isTemplateHead(node) ||
    ts.isTemplateMiddleOrTemplateTail(node)
  );
}

/** Uses follow their declaration, and names of other libraries are never declared here. */
function isDeclared(node: ts.Identifier): boolean {
  const { parent } = node;
  if (ts.isImportSpecifier(parent) || ts.isExportSpecifier(parent)) {
    return parent.propertyName !== undefined && parent.name === node;
  }
  const isDeclaration =
    ts.isVariableDeclaration(parent) ||
    ts.isParameter(parent) ||
    ts.isBindingElement(parent) ||
    ts.isTypeParameterDeclaration(parent) ||
    ts.isFunctionLike(parent) ||
    ts.isClassLike(parent) ||
    ts.isInterfaceDeclaration(parent) ||
    ts.isTypeAliasDeclaration(parent) ||
    ts.isPropertySignature(parent) ||
    ts.isPropertyDeclaration(parent) ||
    ts.isPropertyAssignment(parent) ||
    ts.isNamedTupleMember(parent);
  return isDeclaration && parent.name === node;
}

function isData(node: ts.Node): boolean {
  const outer = textOwner(node);
  if (ts.isImportDeclaration(outer) || ts.isExportDeclaration(outer)) return true;
  return ts.isCallExpression(outer) && dataCalls.test(calledName(outer));
}

function isTitle(node: ts.Node): boolean {
  const outer = textOwner(node);
  if (!ts.isCallExpression(outer)) return false;
  return testCalls.test(calledName(outer));
}

/** What a text is given to: a call, a declaration, an array. */
function textOwner(node: ts.Node): ts.Node {
  let outer = node.parent;
  while (
    ts.isTemplateExpression(outer) ||
    ts.isTemplateSpan(outer) ||
    ts.isBinaryExpression(outer)
  ) {
    outer = outer.parent;
  }
  return outer;
}

/** `test` of `test(…)`, `test.each(rows)(…)` and `test.skip(…)`; `run` of `agent.run(…)`. */
function calledName(call: ts.CallExpression): string {
  let called: ts.Expression = call.expression;
  while (ts.isCallExpression(called)) called = called.expression;
  if (!ts.isPropertyAccessExpression(called)) return called.getText();
  const owner = called.expression.getText();
  return testCalls.test(owner) ? owner : called.name.text;
}

function plainComment(comment: string): string {
  return comment.replace(fencedExample, blank).replace(commentMarks, spaces);
}

function spaces(text: string): string {
  return text.replace(/[^\n]/g, ' ');
}
