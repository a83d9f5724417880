import { mkdir, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { EXAMPLE_DOCUMENTS } from './documents/catalogue.ts';

// Writes the example documents anew: `npx tsx scripts/make-examples.ts [FOLDER]`.
const folder = process.argv[2] ?? fileURLToPath(new URL('../examples/documents', import.meta.url));

await mkdir(folder, { recursive: true });
let total = 0;
for (const [name, make] of Object.entries(EXAMPLE_DOCUMENTS)) {
  const bytes = await make();
  await writeFile(join(folder, name), bytes);
  total += bytes.length;
  console.log(`${name.padEnd(22)} ${String(Math.ceil(bytes.length / 1024)).padStart(5)} KiB`);
}
console.log(`${'together'.padEnd(22)} ${String(Math.ceil(total / 1024)).padStart(5)} KiB in ${folder}`);
