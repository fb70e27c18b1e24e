import { describe, expect, test } from '@jest/globals';
import { findProblem } from '../src/chat-templates/find-problem.ts';

const markers = ['QUESTIONONE', 'ANSWERONE'];
const head = 'SYSTEMMARK TOOLMARK PARAMETERMARK ';

describe('the check of a rendered request', () => {
  test('accepts a prompt that has every text once and in order', () => {
    expect(findProblem({ markers }, { text: `${head}QUESTIONONE ANSWERONE` })).toBeUndefined();
  });

  test.each([
    ['a text that the template does not print', 'QUESTIONONE', 'lost: ANSWERONE'],
    ['a text that is printed twice', 'QUESTIONONE ANSWERONE ANSWERONE', 'repeated: ANSWERONE'],
    ['turns in another order', 'ANSWERONE QUESTIONONE', 'in another order'],
  ])('names %s', (_, text, problem) => {
    expect(findProblem({ markers }, { text: head + text })).toBe(problem);
  });

  test('names instructions and tools that are missing', () => {
    const problem = findProblem({ markers }, { text: 'QUESTIONONE ANSWERONE' });
    expect(problem).toBe('lost: SYSTEMMARK, TOOLMARK, PARAMETERMARK');
  });

  test("has the template's own error if it refuses the request", () => {
    const refused = { error: 'TemplateError: roles must alternate' };
    expect(findProblem({ markers }, refused)).toBe('refused: TemplateError: roles must alternate');
  });
});
