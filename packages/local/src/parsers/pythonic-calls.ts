import { type PythonNode, parsePythonModule } from './python-expression.ts';
import { PythonSyntaxError } from './python-tokens.ts';
import { type PythonValue, toPythonJson } from './python-value.ts';

/** A call parsed from a Python list; `arguments` is JSON text as Python's `json.dumps` writes it. */
export interface PythonicCall {
  name: string;
  arguments: string;
}

/** How lenient the parser is: newer vLLM accepts `true`, `false`, `null` and dotted names, older vLLM does not. */
export interface PythonicRules {
  acceptsJsonLiterals: boolean;
  acceptsDottedNames: boolean;
}

/**
 * Parses `[f(a="x"), g(n=3)]` into calls. Throws `PythonSyntaxError` if the text is not Python, is not a list of
 * calls, or has an argument that is not a literal. As in vLLM's parser, a negative number does not count as a
 * literal, and positional arguments are dropped. (vLLM `pythonic_tool_parser.py`)
 */
export function parsePythonicCalls(source: string, rules: PythonicRules): PythonicCall[] {
  const node = parsePythonModule(source);
  if (node?.kind !== 'list') throw new PythonSyntaxError('not a list of function calls');
  return node.items.map((item) => toCall(item, rules));
}

function toCall(node: PythonNode, rules: PythonicRules): PythonicCall {
  if (node.kind !== 'call') throw new PythonSyntaxError('not a function call');
  const entries = new Map(node.keywords.map(([key, value]) => [key, toValue(value, rules)]));
  return {
    name: toTargetName(node.target, rules),
    arguments: toPythonJson({ kind: 'dictionary', entries }),
  };
}

function toTargetName(node: PythonNode, rules: PythonicRules): string {
  if (node.kind === 'name') return node.name;
  if (node.kind === 'attribute' && rules.acceptsDottedNames) {
    return `${toTargetName(node.owner, rules)}.${node.name}`;
  }
  throw new PythonSyntaxError('invalid tool call name');
}

function toValue(node: PythonNode, rules: PythonicRules): PythonValue {
  switch (node.kind) {
    case 'constant':
      return node.value;
    case 'list':
      return { kind: 'list', items: node.items.map((item) => toValue(item, rules)) };
    case 'dictionary':
      return {
        kind: 'dictionary',
        entries: new Map(
          node.entries.map(([key, value]) => [toKey(key), toValue(value, rules)] as const),
        ),
      };
    case 'name':
      return toJsonLiteral(node.name, rules);
    default:
      throw new PythonSyntaxError('tool call arguments must be literals');
  }
}

function toKey(node: PythonNode): string {
  if (node.kind !== 'constant') throw new PythonSyntaxError('dictionary keys must be literals');
  return node.value.kind === 'string' ? node.value.value : toPythonJson(node.value);
}

function toJsonLiteral(name: string, rules: PythonicRules): PythonValue {
  if (rules.acceptsJsonLiterals) {
    if (name === 'true' || name === 'false') return { kind: 'boolean', value: name === 'true' };
    if (name === 'null') return { kind: 'none' };
  }
  throw new PythonSyntaxError('tool call arguments must be literals');
}
