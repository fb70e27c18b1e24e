import { isLookUp } from '../../tool/is-look-up.ts';
import type { Tool } from '../../tool/tool.ts';
import { lastInput } from '../../turns/inputs.ts';
import { looksEnglish } from '../grounding/looks-english.ts';
import { hasThing, hasVerb, hasVerbLike, partsOfName, verbOf } from './match-verb.ts';
import { missingIdentifiers, type Reach, reachableLookUps } from './reachable-look-ups.ts';

/** Something that the user asked for and that no call did. */
export interface OpenOrder {
  /** As the user wrote it. */
  readonly text: string;
  /** The beginning of its verb, which all forms of the verb have. */
  readonly verb: string;
  /** The tools that can do it, or that can look up what it needs. */
  readonly tools: readonly string[];
  /** The tools that can do it, as soon as the conversation has what they need. */
  readonly actions: readonly string[];
}

/**
 * An order in the last input ("Cancel his visit.") for which there is an action that was not called since; `undefined` if there is
 * no such order, if it has a condition, or if neither the action nor a look-up that was not called yet is possible. An order is a
 * clause that begins with the verb of the action's name or description.
 */
export function findOpenOrder<Context>(reach: Reach<Context>): OpenOrder | undefined {
  const { text } = lastInput(reach.turns);
  if (
    text.length > maxInput ||
    !looksEnglish(text) ||
    /\b(?:if|unless|whether|otherwise)\b/i.test(text)
  )
    return undefined;
  for (const clause of clausesOf(text)) {
    const actions = orderedActions(reach.tools, clause);
    const isDone = reach.calls.some((call) => actions.some(({ name }) => name === call.name));
    if (actions.length === 0 || isDone) continue;
    const tools = nextTools(actions, reach).map(({ name }) => name);
    if (tools.length === 0) return undefined;
    return { text: clause, verb: verbOf(clause), tools, actions: actions.map(({ name }) => name) };
  }
  return undefined;
}

/** The first order in the last input whose only action takes an identifier of which the conversation has none. */
export function findLackingOrder<Context>(reach: Reach<Context>): LackingOrder | undefined {
  const { text } = lastInput(reach.turns);
  if (text.length > maxInput || !looksEnglish(text)) return undefined;
  for (const clause of clausesOf(text)) {
    const [action, ...others] = orderedActions(reach.tools, clause);
    if (action === undefined || others.length > 0) continue;
    const missing = missingIdentifiers(action, reach);
    if (missing.length > 0) return { text: clause, missing };
  }
  return undefined;
}

/** An order that cannot be executed. */
export interface LackingOrder {
  /** As the user wrote it. */
  readonly text: string;
  /** The parameters whose identifier nobody gave. */
  readonly missing: readonly string[];
}

/** Whether a part of a text orders what a tool does. */
export function isOrderedBy<Context>(tool: Tool<Context>, text: string): boolean {
  return clausesOf(text).some((clause) => hasVerb(tool, clause) || hasVerbLike(tool, clause));
}

/** Longest input in which orders are searched, in characters. A longer one is mostly a document. */
const maxInput = 10_000;

/** The parts of a text that may be orders, each without a beginning such as `please` or `could you`. */
function clausesOf(text: string): readonly string[] {
  return text
    .split(/[.!?;:,\n]|\s(?:and|then)\s/)
    .map((clause) => clause.trim().replace(beforeOrder, ''));
}

const beforeOrder =
  /^(?:(?:please|kindly|now|just|then|also|so|and|ok|okay|thanks|hello|hi|(?:can|could|would|will) you|you (?:can|may|should|must)|(?:i|we) (?:want|need|would like|have)(?: you)? to|(?:i|we)'d like(?: you)? to)\s+)+/i;

/**
 * The actions that a clause orders, by its verb. If no action has the verb, it is the only one with a verb that means the same, or the
 * only one with the thing of the clause, such as `report_absence` for "Note the absence".
 */
function orderedActions<Context>(
  tools: readonly Tool<Context>[],
  clause: string,
): readonly Tool<Context>[] {
  const actions = tools.filter((tool) => !isLookUp(tool));
  const withVerb = actions.filter((tool) => hasVerb(tool, clause));
  if (withVerb.length > 0) {
    // `booking_create` and `booking_refund` contain "book", but only one of them books.
    const described = withVerb.filter((tool) => verbOf(tool.description) === verbOf(clause));
    return described.length > 0 ? described : withVerb;
  }
  const withAlike = actions.filter((tool) => hasVerbLike(tool, clause));
  if (withAlike.length === 1) return withAlike;
  if (!ordersThing.test(clause)) return [];
  // "Call the customer of order 7" is not about an order.
  const [order = ''] = clause.split(/ (?:of|for|from|to|with|at|on|in|by|about) /);
  const withThing = actions.filter((tool) => hasThing(tool, order) && !undoes(tool));
  return withThing.length === 1 ? withThing : [];
}

/** Whether an action takes something away: only its verb orders it. */
function undoes<Context>(tool: Tool<Context>): boolean {
  return /^(?:cancel|clear|close|delete|drop|end|erase|refund|reject|remove|revoke|stop|void)/.test(
    partsOfName(tool)[0] ?? '',
  );
}

/** A clause that begins with a verb and its object, and that does not only ask for something. */
const ordersThing =
  /^(?!(?:is|are|was|were|has|have|had|do|does|did|in|on|at|of|for|with|by|from|about|after|before|to|not|what|which|who|when|where|how|why|that|this|show|tell|give|list|find|get|look|check|read|see|explain|describe)\b)\p{L}+ (?:the|an?|this|that|his|her|their|my|our)\b/iu;

/**
 * The actions for which the conversation has all identifiers, or else the look-ups that may give what is missing: first those
 * whose name or description has the word of a missing identifier, such as `visit` of `visit_id`.
 */
function nextTools<Context>(
  actions: readonly Tool<Context>[],
  reach: Reach<Context>,
): readonly Tool<Context>[] {
  const missing = new Map(actions.map((action) => [action, missingIdentifiers(action, reach)]));
  const possible = actions.filter((action) => missing.get(action)?.length === 0);
  if (possible.length > 0) return possible;
  const lookUps = reachableLookUps(reach);
  const things = [...missing.values()]
    .flat()
    .map((name) => name.replace(/[^\p{L}\p{N}]*(?:ids?|numbers?|no|nr|codes?)$/iu, ''));
  const about = lookUps.filter(({ name, description }) =>
    things.some((thing) => `${name} ${description}`.toLowerCase().includes(thing.toLowerCase())),
  );
  return about.length > 0 ? about : lookUps;
}
