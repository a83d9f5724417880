import { defineConfig } from 'vitest/config';
import { BaseSequencer, type TestSpecification } from 'vitest/node';

/** Tests of whole servers take minutes, so they begin first: nothing long is left when the other worker has ended. */
const LONG = [
  'test/cluster/',
  'test/pressure/',
  'test/crash/',
  'test/operations/',
  'test/database/',
  'test/',
];

class LongFirst extends BaseSequencer {
  override async sort(files: TestSpecification[]): Promise<TestSpecification[]> {
    const rank = ({ moduleId }: TestSpecification) => {
      const at = LONG.findIndex((part) => moduleId.includes(`/${part}`));
      return at < 0 ? LONG.length : at;
    };
    return (await super.sort(files)).toSorted((a, b) => rank(a) - rank(b));
  }
}

// Tests run on the TypeScript sources. Processes that the code forks inherit `--import tsx`, so the
// same source tree also serves as the child program.
const common = {
  pool: 'forks' as const,
  execArgv: ['--import', 'tsx'],
  // Nothing here measures speed by it: it ends what hangs, on slow machines too.
  testTimeout: 180_000,
  hookTimeout: 120_000,
  teardownTimeout: 20_000,
  // What is awaited may need another transaction and a new connection.
  expect: { poll: { timeout: 10_000 } },
};

export default defineConfig({
  test: {
    globalSetup: ['test/support/global-database.ts'],
    maxWorkers: 2,
    sequence: { sequencer: LongFirst },
    projects: [
      { test: { ...common, name: 'servers', include: ['{test,scripts,bench}/**/*.test.ts'] } },
      // A process for each of these files would take longer than the tests in them.
      { test: { ...common, name: 'units', include: ['{src,dashboard/src}/**/*.test.ts'], isolate: false } },
    ],
  },
});
