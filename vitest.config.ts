import { defineConfig } from 'vitest/config';

// Tests run on the TypeScript sources. Processes that the code forks inherit `--import tsx`, so the
// same source tree also serves as the child program.
export default defineConfig({
  test: {
    include: ['{src,test,scripts,bench,dashboard/src}/**/*.test.ts'],
    globalSetup: ['test/support/global-database.ts'],
    pool: 'forks',
    execArgv: ['--import', 'tsx'],
    maxWorkers: 2,
    // Nothing here measures speed by it: it ends what hangs, on slow machines too.
    testTimeout: 180_000,
    hookTimeout: 120_000,
    teardownTimeout: 20_000,
    // What is awaited may need another transaction and a new connection.
    expect: { poll: { timeout: 10_000 } },
  },
});
