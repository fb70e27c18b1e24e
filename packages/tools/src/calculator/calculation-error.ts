/** An expression that the calculator cannot or will not compute. The message tells the model what would work. */
export class CalculationError extends Error {
  override readonly name = 'CalculationError';
}
