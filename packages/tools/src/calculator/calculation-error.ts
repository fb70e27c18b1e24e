/** The calculator refuses or cannot compute an expression. The message explains what the model can write instead. */
export class CalculationError extends Error {
  override readonly name = 'CalculationError';
}
