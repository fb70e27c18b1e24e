import type { JsonObject } from '../json.ts';
import { findExpression } from './arithmetic.ts';
import { chooseTool, rankTools } from './choose-tool.ts';
import { fillArguments, kindOf } from './fill-arguments.ts';
import { findNumbers, findPaths, findUrls } from './find-values.ts';
import type { OfferedTool, Parameter } from './offered-tool.ts';
import type { PastToolCall } from './read-calls.ts';
import type { DoneCall, Exchange } from './read-prompt.ts';
import { readNumber } from './read-result.ts';
import { type Relation, splitRelations } from './relations.ts';
import { toStems } from './words.ts';

/** The next calls for an open question. */
export interface Plan {
  /** The calls that can be made now; empty if no call is needed. */
  calls: PastToolCall[];
  /** A tool that fits but has missing arguments, if no other tool fits. */
  missing: { tool: OfferedTool; parameters: Parameter[] } | undefined;
}

/** A call to make: its known arguments, and the calls whose results it needs. */
interface Goal {
  tool: OfferedTool;
  arguments: JsonObject;
  /** Fills the other arguments from results of earlier calls; `undefined` if they have no value. */
  complete?: { after: Goal[]; fill(done: DoneCall[]): JsonObject | undefined };
}

/** Plans the calls for a question, without those that were made already. */
export function planCalls(
  exchange: Exchange,
  tools: readonly OfferedTool[],
  earlier: readonly Exchange[],
): Plan {
  const { goals, missing } = toGoals(exchange.question, tools, earlier);
  const done = matchDone(goals, exchange.calls);
  const calls = goals.flatMap((goal) => {
    if (done.has(goal)) return [];
    const given = completeArguments(goal, done);
    return given === undefined ? [] : [{ name: goal.tool.name, arguments: given }];
  });
  return { calls, missing: goals.length === 0 ? missing : undefined };
}

function toGoals(
  question: string,
  tools: readonly OfferedTool[],
  earlier: readonly Exchange[],
): { goals: Goal[]; missing: Plan['missing'] } {
  const { relations, rest } = splitRelations(question);
  const goals: Goal[] = [];
  let missing: Plan['missing'];
  for (const clause of splitClauses(rest)) {
    const found = toClauseGoals(clause, rest, tools, goals);
    if (Array.isArray(found)) goals.push(...found.filter((goal) => !goals.some(isSame(goal))));
    else missing ??= found;
  }
  if (goals.length === 0) goals.push(...toWholeGoals(rest, question, tools, earlier));
  goals.push(...toRelationGoals(relations, question, tools, goals));
  return { goals, missing };
}

const clauseBreak =
  /[?!;\n]|\.(?=\s|$)|,?\s+(?:and\s+)?then\b|,?\s+(?:and|also|plus)\s+(?=(?:also\s+)?(?:what|how|which|when|where|who|calculate|compute|tell|show|read|list|search|find|count|give|get|open|print|check|look|send|is|does|do)\b)/gi;

function splitClauses(text: string): string[] {
  return text
    .split(clauseBreak)
    .map((clause) => clause?.trim() ?? '')
    .filter((clause) => toStems(clause).length > 0);
}

function toClauseGoals(
  clause: string,
  question: string,
  tools: readonly OfferedTool[],
  before: Goal[],
): Goal[] | Plan['missing'] {
  const chosen = chooseTool(tools, clause);
  if (chosen === undefined) return undefined;
  const { tool, calls, missing } = chosen;
  if (missing.length === 0) return calls.map((given) => ({ tool, arguments: given }));
  const previous = before.at(-1);
  if (previous !== undefined && previous.tool !== tool) {
    return calls.map((given) => toDependent(tool, given, missing, previous));
  }
  // Another clause may hold the value: "Count the lines. The file is a.txt."
  const wide = fillArguments(tool, question);
  if (wide.missing.length === 0) return wide.calls.map((given) => ({ tool, arguments: given }));
  return { tool, parameters: wide.missing };
}

/** A call that takes its missing arguments from the result of the previous call. */
function toDependent(tool: OfferedTool, given: JsonObject, missing: Parameter[], on: Goal): Goal {
  const fill = ([call]: DoneCall[]) => {
    const found = missing.map(
      (parameter) => [parameter.name, findInResult(parameter, call)] as const,
    );
    if (found.some(([, value]) => value === undefined)) return undefined;
    return Object.fromEntries(found) as JsonObject;
  };
  return { tool, arguments: given, complete: { after: [on], fill } };
}

function findInResult(parameter: Parameter, call: DoneCall | undefined) {
  const result = call?.result;
  if (call === undefined || result === undefined) return undefined;
  switch (kindOf(parameter)) {
    case 'number': {
      const number = readNumber(call, '');
      return number === undefined ? undefined : Number(number);
    }
    case 'expression':
      return readNumber(call, '');
    case 'path':
    case 'folder':
      return findPaths(result.replace(/["'[\]{}]|:\d+/g, ' '))[0];
    case 'url':
      return findUrls(result)[0];
    default:
      return result.length <= 200 ? result.replace(/^"|"$/g, '') : undefined;
  }
}

/** Calls for the question as a whole, if no clause fits; or the last tool again for "And in Rome?". */
function toWholeGoals(
  rest: string,
  question: string,
  tools: readonly OfferedTool[],
  earlier: readonly Exchange[],
): Goal[] {
  const whole = chooseTool(tools, rest);
  if (whole !== undefined && whole.missing.length === 0) {
    return whole.calls.map((given) => ({ tool: whole.tool, arguments: given }));
  }
  const last = earlier.at(-1)?.calls[0];
  const tool = tools.find(({ name }) => name === last?.name);
  if (tool === undefined || !/^\W*(?:and|what about|how about|same)\b/i.test(question)) return [];
  const { calls, missing } = fillArguments(tool, question);
  return missing.length > 0 ? [] : calls.map((given) => ({ tool, arguments: given }));
}

/** Calls for arithmetic on results, if there is a tool for arithmetic. */
function toRelationGoals(
  relations: Relation[],
  question: string,
  tools: readonly OfferedTool[],
  base: Goal[],
): Goal[] {
  const found = findCalculator(tools);
  if (found === undefined) return [];
  const { tool, parameter } = found;
  const numeric = base.filter((goal) => goal.tool !== tool || relations.length > 0);
  const toGoal = (after: Goal[], toExpression: (numbers: string[]) => string): Goal => ({
    tool,
    arguments: {},
    complete: {
      after,
      fill(done) {
        const numbers = done.map((call) => readNumber(call, question));
        if (numbers.some((number) => number === undefined)) return undefined;
        return { [parameter.name]: toExpression(numbers.map(String)) };
      },
    },
  });
  const joint = toJointSign(question);
  if (joint !== undefined && numeric.length > 1) {
    const total = toGoal(numeric, (numbers) => numbers.join(` ${joint} `));
    return [
      total,
      ...relations.map((relation) => toGoal([total], ([x = '']) => relation.toExpression(x))),
    ];
  }
  return relations.flatMap((relation) =>
    numeric.map((goal) => toGoal([goal], ([number = '']) => relation.toExpression(number))),
  );
}

/** The sign that combines several numbers into the one that a question asks for. */
function toJointSign(question: string): '+' | '-' | undefined {
  if (
    /\b(?:together|in total|combined|altogether|sum of|total of|add (?:them|the two|both))\b/i.test(
      question,
    )
  )
    return '+';
  return /\b(?:difference between|how many more|how many fewer)\b/i.test(question)
    ? '-'
    : undefined;
}

/** The tool that takes an arithmetic expression, if there is one. */
function findCalculator(
  tools: readonly OfferedTool[],
): { tool: OfferedTool; parameter: Parameter } | undefined {
  for (const tool of tools) {
    const parameter = tool.parameters.find(
      (candidate) => candidate.isRequired && kindOf(candidate) === 'expression',
    );
    if (parameter !== undefined) return { tool, parameter };
  }
  return undefined;
}

/** Matches goals with calls that were made: first by equal arguments, then by the tool alone. */
function matchDone(goals: Goal[], calls: readonly DoneCall[]): Map<Goal, DoneCall> {
  const left = [...calls];
  const done = new Map<Goal, DoneCall>();
  const take = (goal: Goal, fits: (call: DoneCall) => boolean) => {
    const at = left.findIndex((call) => call.name === goal.tool.name && fits(call));
    const [call] = at === -1 ? [] : left.splice(at, 1);
    if (call !== undefined) done.set(goal, call);
  };
  for (const goal of goals) {
    const given = goal.complete === undefined ? goal.arguments : completeArguments(goal, done);
    if (given !== undefined) take(goal, (call) => hasArguments(call, given));
  }
  for (const goal of goals) if (!done.has(goal)) take(goal, () => true);
  return done;
}

function hasArguments(call: DoneCall, given: JsonObject): boolean {
  return Object.entries(given).every(
    ([key, value]) => JSON.stringify(call.arguments[key]) === JSON.stringify(value),
  );
}

function completeArguments(goal: Goal, done: Map<Goal, DoneCall>): JsonObject | undefined {
  if (goal.complete === undefined) return goal.arguments;
  const calls = goal.complete.after.map((before) => done.get(before));
  if (calls.some((call) => call?.result === undefined)) return undefined;
  const rest = goal.complete.fill(calls.filter((call) => call !== undefined));
  return rest === undefined ? undefined : { ...goal.arguments, ...rest };
}

function isSame(goal: Goal): (other: Goal) => boolean {
  return (other) =>
    other.tool === goal.tool &&
    goal.complete === undefined &&
    JSON.stringify(other.arguments) === JSON.stringify(goal.arguments);
}

/** The call for a grammar that forces one: the tool that fits best, with smallest values for missing arguments. */
export function forceCall(
  tools: readonly OfferedTool[],
  question: string,
): PastToolCall | undefined {
  const best = rankTools(tools, question)[0];
  if (best === undefined) return undefined;
  const { tool, calls, missing } = best;
  const filled = missing.map(
    (parameter) => [parameter.name, smallestValue(parameter, question)] as const,
  );
  return { name: tool.name, arguments: { ...calls[0], ...Object.fromEntries(filled) } };
}

function smallestValue(parameter: Parameter, question: string) {
  switch (kindOf(parameter)) {
    case 'option':
      return parameter.options[0] ?? null;
    case 'number':
      return findNumbers(question)[0]?.value ?? 0;
    case 'boolean':
      return false;
    case 'list':
      return [];
    case 'object':
      return {};
    case 'expression':
      return findExpression(question) ?? '0';
    default:
      return question.slice(0, 60);
  }
}
