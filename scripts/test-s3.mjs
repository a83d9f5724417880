// `npm run test:s3`: what clients see, once more with files and results on S3. Arguments go to Vitest.
import { join } from 'node:path';
import { ensureBuilt, ensureInstalled, run } from './ensure-ready.mjs';

const OVER_THE_WIRE = ['test/compatibility', 'test/conformance', 'test/files', 'test/directories'];

ensureInstalled();
ensureBuilt();
process.env.TEST_BLOBS = 's3';
const given = process.argv.slice(2);
const tests = given.length > 0 ? given : OVER_THE_WIRE;
run(process.execPath, [join('node_modules', 'vitest', 'vitest.mjs'), 'run', ...tests]);
