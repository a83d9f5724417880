import { cpSync } from 'node:fs';
import { readdir, readFile, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { promisify } from 'node:util';
import { gzip } from 'node:zlib';
import react from '@vitejs/plugin-react';
import { defineConfig, type Plugin } from 'vite';

const root = fileURLToPath(new URL('.', import.meta.url));
const outDir = fileURLToPath(new URL('../dist/dashboard', import.meta.url));
const pdfjs = fileURLToPath(new URL('../node_modules/pdfjs-dist', import.meta.url));

/** What pdf.js loads by name at run time: character maps, standard fonts and decoders. */
function pdfData(): Plugin {
  return {
    name: 'sheaf-pdf-data',
    apply: 'build',
    writeBundle() {
      for (const folder of ['cmaps', 'standard_fonts', 'wasm', 'iccs']) {
        cpSync(join(pdfjs, folder), join(outDir, 'pdf', folder), { recursive: true });
      }
    },
  };
}

const COMPRESSIBLE = /\.(?:js|mjs|css|html|svg)$/;

/** A `.gz` beside each text file, so that the server never compresses. */
function precompressed(): Plugin {
  return {
    name: 'sheaf-precompressed',
    apply: 'build',
    async closeBundle() {
      const names = await readdir(outDir, { recursive: true });
      await Promise.all(
        names
          .filter((name) => COMPRESSIBLE.test(name) && !name.endsWith('index.html'))
          .map(async (name) => {
            const file = join(outDir, name);
            await writeFile(`${file}.gz`, await promisify(gzip)(await readFile(file), { level: 9 }));
          }),
      );
    },
  };
}

export default defineConfig({
  root,
  // Addresses are relative to <base>, which the server writes: a proxy may put the dashboard under a path.
  base: './',
  plugins: [react(), pdfData(), precompressed()],
  build: {
    outDir,
    emptyOutDir: true,
    target: 'es2022',
    assetsInlineLimit: 0,
    modulePreload: { polyfill: false },
    reportCompressedSize: false,
    chunkSizeWarningLimit: 2000,
  },
  server: { proxy: { '/api': 'http://127.0.0.1:8000' } },
});
