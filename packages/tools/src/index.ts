// Ready-made tools
export { type CalculatorOptions, calculator } from './calculator/calculator.ts';
export { type FilesOptions, files } from './files/files.ts';
