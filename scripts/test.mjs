// `npm test`: installs and builds what is missing, then runs the tests with Vitest. Arguments go to Vitest.
import { join } from 'node:path';
import { ensureBuilt, ensureInstalled, run } from './ensure-ready.mjs';

ensureInstalled();
ensureBuilt();
run(process.execPath, [join('node_modules', 'vitest', 'vitest.mjs'), 'run', ...process.argv.slice(2)]);
