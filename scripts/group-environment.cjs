const { TestEnvironment } = require('jest-environment-node');

/**
 * The environment of a group of test files. Its function `testsOf` loads one file of the group inside of a `describe`, so that the hooks
 * of the file run only for its own tests. Jest's own `describe` cannot wait for an import.
 */
module.exports = class GroupEnvironment extends TestEnvironment {
  handleTestEvent(event, state) {
    if (event.name !== 'setup') return;
    this.global.testsOf = async (file, load) => {
      let block;
      this.global.describe(file, () => {
        block = state.currentDescribeBlock;
      });
      state.currentDescribeBlock = block;
      await load();
      state.currentDescribeBlock = state.rootDescribeBlock;
    };
  }
};
