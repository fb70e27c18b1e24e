/**
 * Whether a tool probably changes nothing: it is safe to repeat, or its name or description begins with a verb such as `get` or
 * `list`. For decisions that do no harm if this is wrong.
 */
export function isLookUp({
  name,
  description = '',
  repeat,
}: {
  readonly name: string;
  readonly description?: string;
  readonly repeat: string;
}): boolean {
  const ownName = name.replace(service, '');
  return (
    repeat === 'safe' ||
    lookUpName.test(ownName) ||
    nameOfThing.test(ownName) ||
    lookUpDescription.test(description)
  );
}

/** What names the service of a tool, as in `Events_3_FindEvents` and `crm.get_order`. */
const service = /^(?:[A-Za-z]+_\d+_|\w+\.)/;

/** `check_in` and `checkOut` are actions. */
const lookUpName =
  /^(?:[Gg]et|[Ss]how|[Ff]ind|[Ss]earch|[Ll]ist|[Ll]ook|[Ll]ookup|[Ff]etch|[Rr]etrieve|[Rr]ead|[Vv]iew|[Dd]escribe|[Qq]uery|[Cc]ount|[Cc]heck(?!_?(?:[Ii]n|[Oo]ut)(?![a-z])))(?![a-z])/;

/** What the name of a look-up ends in, if it begins with the thing. */
const endings = 'balance details fetch find get history info lookup overview search status'.split(
  ' ',
);

const actionVerbs = [
  'add assign cancel change clear close confirm create delete edit http https log make mark move post print put record refresh',
  'remove report request requests reset rest save send set share start stop submit update write',
].flatMap((verbs) => verbs.split(' '));

const capitalised = (word: string) => word.charAt(0).toUpperCase() + word.slice(1);

/**
 * A name that begins with the thing, as in `tour_search`, `orderGet` and `customerDetails`. `save_search` is an action, and
 * `requests_get` may do anything.
 */
const nameOfThing = new RegExp(
  `^(?!(?:${actionVerbs.join('|')})(?:_|\\p{Lu})).*[\\p{Ll}\\p{N}](?:_(?:${endings.join('|')})|${endings.map(capitalised).join('|')})$`,
  'u',
);

const lookUpVerbs = [
  'looks? up|shows?|lists?|finds?|search(?:es)?|retrieves?|fetch(?:es)?|opens? the (?:card|file|page|profile|record)',
  '(?:check|see)s? (?:how|if|whether|what|when|where|which|who)',
  // "Return a book" is an action, "Returns a book: title, author" is not.
  'returns(?: (?:all|every|how|whether|which|a list|details|information)|(?=[^.:]*:))',
];

/** A description with a second verb ("Finds and deletes") may be that of an action. One that is a question is that of a look-up. */
const lookUpDescription = new RegExp(
  `^(?:(?:${lookUpVerbs.join('|')})(?!\\p{L})(?![^:.;]*\\b(?:and|then|to)\\b)|(?:how|what|when|where|whether|which|who)\\b)`,
  'iu',
);
