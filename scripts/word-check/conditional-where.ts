/** Words that ask for a place: "the file where", "knows where", "up to where". */
const asksForPlace = oneOf(`
  place places file files folder folders line lines position positions point points page pages section sections spot
  offset offsets index column here from to of about near past is was be not and or how exactly clear matter
  know knows known knew show shows see sees find finds print prints remember remembers decide decides hide hides
  say says begin begins start starts end ends stand stands continue continues`);

/** Verbs that end a clause about a place: "where the time goes". */
const placeVerb = oneOf(String.raw`
  is are was were be lie lies lay go goes went begin begins began start starts started end ends ended stand stands stood
  comes?(?:\s+from)? came(?:\s+from)? listen listens point points belong belongs happen happens happened lead leads look looks
  left needed stopped used should`);

const clauseEnd = String.raw`(?:[.,;:|)\0]|\s(?:and|or)\b|\n\s*\S+[ ]{2}|$)`;
const sentenceStart = String.raw`(?:^|[.:!?|\0]|\n\s*[->*]+)\s*`;

/**
 * Finds "where" in the sense of "if". Every "where" counts, except: after a word that asks for a place; in a clause
 * that ends with a verb of place; in a heading; and at the start of a phrase without a comma ("Where it went.").
 * Tried on the whole repository: of sixty findings two were about places.
 */
export const conditionalWhere = new RegExp(
  [
    String.raw`\bwhere\b(?!\s+(?:to|from|in|on|else)\b)`,
    String.raw`(?<!\b${asksForPlace}\s+where)`,
    String.raw`(?<!(?:^|\n)#[^\n]*where)`,
    String.raw`(?!\s+[^.,;:|\0]{0,90}?\b${placeVerb}\s*${clauseEnd})`,
    String.raw`(?!(?<=${sentenceStart}where)[^.,;|\0]*(?:[.;|\0]|$))`,
  ].join(''),
);

function oneOf(words: string): string {
  return `(?:${words.trim().split(/\s+/).join('|')})`;
}
