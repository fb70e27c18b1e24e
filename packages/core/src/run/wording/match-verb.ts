import type { Tool } from '../../tool/tool.ts';
import { verbsLike } from './alike-verbs.ts';
import { stemOf } from './stem-of.ts';

/**
 * Whether a clause begins with the verb of a tool, which its name may have at the end, too. Verbs that fit everything need the thing,
 * too: "write a note". If the tool has such a verb, its thing may be the verb of the clause: "book a table" for `create_booking`.
 */
export function hasVerb<Context>(tool: Tool<Context>, clause: string): boolean {
  const verb = verbOf(clause);
  const parts = partsOfName(tool);
  const isVerb = (word: string) => word !== '' && stemOf(word) === verb;
  const own = verbsOf(tool);
  if (own.some(isVerb)) {
    const isNoun = /ings?$/.test(firstWord(clause)) && !own.includes(firstWord(clause));
    if (isNoun || isReport.test(clause)) return false;
    return !generalVerbs.has(firstWord(clause)) || hasThing(tool, clause);
  }
  if (isStatement.test(clause)) return false;
  if (isVerb(withoutParticle(parts.at(-1) ?? '', clause))) return true;
  const isGeneral = parts.some((word) => generalVerbs.has(word) || placingVerbs.has(word));
  return isGeneral && verb.length > 2 && parts.some((word) => stemOf(word).startsWith(verb));
}

/** Whether a tool begins with a verb that may mean the same: "sign her up" for `enrol_member`. */
export function hasVerbLike<Context>(tool: Tool<Context>, clause: string): boolean {
  const verbs = verbsLike(clause);
  const mayBeThing = /^(?:book|hire|loan|mail|move|order|purchase|rent|reserve|shift)\b/i.test(
    clause,
  );
  if (mayBeThing && isStatement.test(clause)) return false;
  const own = verbsOf(tool);
  return own.some((word) => verbs.has(stemOf(word)));
}

/** "Order 1042 is late" and "Booking B7 for Ada": the thing is not a verb. */
const isStatement =
  /^\p{L}+(?:ing\b| (?:\p{L}{1,8}[-_]?\d|\d{3}))|\b(?:is|are|was|were|has|have|had|will|would|wants?|needs?|can|cannot|must|should|does|did|\p{L}{2,}ed)\b/iu;

/** "Order 1042 was paid". */
const isReport =
  /^\p{L}+ \S*\d\S* (?:is|isn|are|aren|was|wasn|were|has|hasn|had|will|won|would|wants?|needs?|can|cannot|must|should|does|doesn|did|didn|\p{L}{2,}ed)(?!\p{L})/iu;

/** `handover` as the verb of "hand it over". "Check it" without "out" does not mean a checkout. */
function withoutParticle(word: string, clause: string): string {
  const [, verb, particle] = /^(\p{L}{4,})(back|down|in|off|out|over|up)$/u.exec(word) ?? [];
  const has = particle !== undefined && new RegExp(`\\b${particle}\\b`, 'i').test(clause);
  return has ? (verb ?? word) : word;
}

/** The parts of the name of a tool, in small letters. */
export function partsOfName<Context>({ name }: Tool<Context>): readonly string[] {
  return (name.match(/\p{Lu}?\p{Ll}{2,}|\p{Lu}{3,}/gu) ?? []).map((word) => word.toLowerCase());
}

/** Whether a clause has the thing of a tool after its first word. */
export function hasThing<Context>(tool: Tool<Context>, clause: string): boolean {
  const things = partsOfName(tool).filter((word) => !generalVerbs.has(word));
  const [, ...others] = clause.match(/\p{L}+/gu) ?? [];
  return things.some((thing) => others.some((each) => stemOf(each) === stemOf(thing)));
}

const generalVerbs: ReadonlySet<string> = new Set(
  'add change create do give make put record send set update write'.split(' '),
);

/** Verbs that leave it to the thing what is done: `place_order` orders. */
const placingVerbs: ReadonlySet<string> = new Set('issue open place register submit'.split(' '));

/** The stem of the first word. */
export function verbOf(text: string): string {
  return stemOf(firstWord(text));
}

function firstWord(text: string): string {
  return /^\p{L}+/u.exec(text)?.[0]?.toLowerCase() ?? '';
}

/** What is probably the verb of a tool: the first part of its name, and the first word of its description. */
export function verbsOf<Context>(tool: Tool<Context>): readonly string[] {
  return [partsOfName(tool)[0] ?? '', firstWord(tool.description)];
}
