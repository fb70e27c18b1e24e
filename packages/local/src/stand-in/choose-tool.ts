import { findExpression } from './arithmetic.ts';
import { type FilledCalls, fillArguments, kindOf } from './fill-arguments.ts';
import { findPaths, findUrls } from './find-values.ts';
import type { OfferedTool } from './offered-tool.ts';
import { spellOutIdioms, toIdea, toStems } from './words.ts';

/** A tool, how well it fits a text, and its calls with arguments from the text. */
export interface ChosenTool extends FilledCalls {
  tool: OfferedTool;
  /** How well words and values fit; missing values do not reduce it. */
  score: number;
}

/** A lower score counts as a coincidence. */
const threshold = 2;

/** The tool that fits a text best; `undefined` if no tool fits. */
export function chooseTool(tools: readonly OfferedTool[], text: string): ChosenTool | undefined {
  const ranked = rankTools(tools, text);
  const best = ranked[0];
  return best !== undefined && best.score >= threshold ? best : undefined;
}

/** All tools, best first. The score of a tool with missing arguments counts half. */
export function rankTools(tools: readonly OfferedTool[], text: string): ChosenTool[] {
  const stems = toStems(spellOutIdioms(text));
  const weights = tools.map(weighWords);
  return tools
    .map((tool, index) => {
      const filled = fillArguments(tool, text);
      const words = scoreWords(weights, index, stems);
      const score = words + scoreEvidence(tool, text, words) + scoreOptions(tool, filled, words);
      return { tool, ...filled, score };
    })
    .sort((one, other) => toRank(other) - toRank(one));
}

function toRank({ score, missing }: ChosenTool): number {
  return missing.length > 0 ? score / 2 : score;
}

/** How well the words of one tool fit the stems of a text; words of several tools count less. */
function scoreWords(
  weights: readonly ReadonlyMap<string, number>[],
  index: number,
  stems: readonly string[],
): number {
  const own = weights[index] ?? new Map<string, number>();
  const others = weights.filter((_, other) => other !== index);
  const ideas = new Map<string, number>();
  for (const [stem, weight] of own) {
    ideas.set(toIdea(stem), Math.max(weight, ideas.get(toIdea(stem)) ?? 0));
  }
  let score = 0;
  for (const stem of stems) {
    const weight = own.get(stem) ?? (ideas.get(toIdea(stem)) ?? 0) * 0.7;
    const rivals = others.filter((words) => words.has(stem)).length;
    score += weight / (1 + rivals / 2);
  }
  return score;
}

function weighWords(tool: OfferedTool): Map<string, number> {
  const weights = new Map<string, number>();
  const add = (text: string, weight: number) => {
    for (const stem of toStems(text)) weights.set(stem, Math.max(weight, weights.get(stem) ?? 0));
  };
  add(tool.name, 3);
  add(tool.description, 1.5);
  for (const { name, description, options } of tool.parameters) {
    add(name, 1);
    add(description, 0.5);
    add(options.join(' '), 1.5);
  }
  return weights;
}

/** Values for optional parameters raise the score: `lines 3 to 10` fits a tool that takes a range. */
function scoreOptions(tool: OfferedTool, { calls }: FilledCalls, words: number): number {
  if (words === 0) return 0;
  const optional = tool.parameters.filter(({ isRequired }) => !isRequired);
  return optional.filter(({ name }) => calls[0]?.[name] !== undefined).length * 0.75;
}

/** A value of the right kind raises the score; an expression does so without a shared word. */
function scoreEvidence(tool: OfferedTool, text: string, words: number): number {
  const kinds = tool.parameters.filter(({ isRequired }) => isRequired).map(kindOf);
  const expression = kinds.includes('expression') && findExpression(text) !== undefined ? 4 : 0;
  if (words === 0) return expression;
  const path = kinds.includes('path') && findPaths(text).length > 0 ? 1.5 : 0;
  const url = kinds.includes('url') && findUrls(text).length > 0 ? 3 : 0;
  return expression + path + url;
}
