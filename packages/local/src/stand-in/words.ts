const stopWords = new Set(
  'a an and are as at be been but by can could do does did for from get give had has have how i if in into is it its let me my no not of on or our please should so some tell than that the their them then there these they this those to us use was we were what when where which who why will with would you your about also each any all just want need like know current currently given returns return using'.split(
    ' ',
  ),
);

/** Groups of synonyms. The first word of each line names the group. */
const ideas = [
  'weather temperature forecast rain sunny warm cold hot degree umbrella snow wind climate',
  'time clock hour oclock date today now',
  'calculate calculator compute arithmetic math evaluate plus minus multiply divide sum percent percentage product root',
  'read show open print display content contents view cat say',
  'list directory folder',
  'search find grep look occur mention occurrence match appear contain hold define',
  'count many number amount long length size',
  'line row',
  'send email mail message',
  'book reserve reservation schedule',
  'convert exchange conversion',
  'translate translation',
  'price cost quote',
].map((line) => line.split(' '));

const ideaOf = new Map(
  ideas.flatMap((words) => words.map((word) => [toStem(word), words[0] ?? word] as const)),
);

const idioms: [RegExp, string][] = [
  [/\bwhat(?:['’]s| is| does)\s+(?:in|inside)\b/gi, 'contents of'],
  [/\bhow\s+(?:big|long|large)\b/gi, 'length of'],
  [/\bhow\s+many\s+(files|folders)\b/gi, 'list $1'],
];

/** Replaces idioms with the words they mean: `what is in` asks for contents. */
export function spellOutIdioms(text: string): string {
  return idioms.reduce((plain, [idiom, words]) => plain.replace(idiom, words), text);
}

/** The distinct stems of a text, without stop words; `get_weather` gives `weather`. */
export function toStems(text: string): string[] {
  const words = text
    .replace(/([a-z\d])([A-Z])/g, '$1 $2')
    .toLowerCase()
    .match(/[\p{L}\d]+/gu);
  return [...new Set((words ?? []).filter((word) => !stopWords.has(word)).map(toStem))];
}

/** The name of a stem's group of synonyms; the stem itself if it has no group. */
export function toIdea(stem: string): string {
  return ideaOf.get(stem) ?? stem;
}

/** Whether a text contains one of the given words, in any form. */
export function mentions(text: string, words: string): boolean {
  const stems = new Set(toStems(text));
  return toStems(words).some((stem) => stems.has(stem));
}

function toStem(word: string): string {
  if (word.length > 4 && word.endsWith('ies')) return `${word.slice(0, -3)}y`;
  if (word.length > 4 && /(?:ss|sh|ch|x)es$/.test(word)) return word.slice(0, -2);
  if (word.length > 5 && word.endsWith('ing')) return word.slice(0, -3);
  if (word.length > 4 && word.endsWith('ed')) return word.slice(0, -2);
  if (word.length > 5 && /[^aeiou]e$/.test(word)) return word.slice(0, -1);
  return word.length > 3 && /[^s]s$/.test(word) ? toStem(word.slice(0, -1)) : word;
}
