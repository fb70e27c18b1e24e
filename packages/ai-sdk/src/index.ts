export { type AiSdkModelOptions, aiSdkModel } from './ai-sdk-model.ts';
export { type AiSdkTool, aiSdkTools } from './ai-sdk-tools.ts';
export { type LangchainTool, langchainTools } from './langchain-tools.ts';
export {
  type LangchainContent,
  type LangchainToolFunction,
  type ToLangchainToolsOptions,
  toLangchainTools,
} from './to-langchain-tools.ts';
export { turnwise } from './turnwise.ts';
export type { TurnwiseOptions } from './turnwise-options.ts';
