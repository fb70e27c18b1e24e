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

/** A name that begins with the thing, as in `tour_search` and `orderGet`. `save_search` is an action, and `requests_get` may do anything. */
const nameOfThing =
  /^(?!(?:add|cancel|clear|close|create|delete|edit|https?|make|remove|requests?|rest|save|set|share|start|stop|update)(?:_|\p{Lu})).*[\p{Ll}\p{N}](?:_(?:get|find|search|lookup|fetch)|(?:Get|Find|Search|Lookup|Fetch))$/u;

/** A description with a second verb ("Finds and deletes") may be that of an action. One that is a question says what the tool answers. */
const lookUpDescription =
  /^(?:(?:(?:looks? up|shows?|lists?|finds?|search(?:es)?(?: for)?|retrieves?|fetch(?:es)?|opens? the (?:card|file|page|profile|record))\b|(?:checks?|sees?|tells?) (?:how|if|whether|what|when|where|which|who)\b)(?![^:.;]*\b(?:and|then|to)\b)|(?:how|what|when|where|whether|which|who)\b)/i;
