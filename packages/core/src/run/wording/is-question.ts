/** Whether an English text asks for something that can be looked up, and neither orders something nor asks what a word means. */
export function isQuestion(input: string): boolean {
  if (/\b(?:if|unless|otherwise|means?|explain|define|definition)\b/i.test(input)) return false;
  if (/\bwhat(?: is|'s|’s| are) an? /i.test(input)) return false;
  return input.includes('?') || asks.test(input) || asksForOther.test(input);
}

/** "She wants to know when her order comes." */
const asksForOther =
  /\b(?:knows?|asks?|asked|asking|wonders?|wondering|find out|see)\b (?:(?:me|us|you|him|her|them) )?(?:who|whose|what|which|when|where|how|whether)\b/i;

const asks =
  /(?:^|[.,!\n]\s*)(?:please )?(?:who|whose|what|which|when|where|how|tell me|give me|show)\b/i;

/**
 * Whether an English text asks whether something is so here and now ("Do you have…?", "Is there…?"), and a reply is yes or no.
 */
export function answersYesOrNo(reply: string, input: string): boolean {
  return (
    isQuestion(input) && asksWhether.test(input) && /^\W*(?:yes|no|we|there|sure)\b/i.test(reply)
  );
}

const asksWhether =
  /(?:^|[.,!?\n]\s*)(?:do (?:you|we)|does|(?:is|are|was|were) (?:there|any|the|my|our|his|her|it|he|she|they)|has|have)\b/i;
