/** Whether a text is probably English: some checks compare words, and must not judge other languages. */
export function looksEnglish(text: string): boolean {
  return /\b(?:the|of|to|for|from|is|are|what|who|which|how|my|please|it|at|with|and|you|your|his|her|she|they|them|their|its|has|have|had|does|that|this|these|those|there|when|where|why|can|would|could|should|wants?|needs?|not|by|but|thanks|today|tomorrow)\b/i.test(
    text,
  );
}
