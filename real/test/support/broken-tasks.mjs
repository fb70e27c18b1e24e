// A task without `ok`.
export const makeNothing = () => ({ state: {}, tools: [] });
export const tasks = [{ id: 'one', turns: ['Hello.'] }];
