/** Whether a text is probably English: some checks compare words, and must not judge other languages. */
export function looksEnglish(text: string): boolean {
  return /\b(?:the|of|to|for|from|is|are|what|who|which|how|my|please|it|at|with|and|you|his|her|has|does|that|this|there|would|could|should)\b/i.test(
    text,
  );
}
