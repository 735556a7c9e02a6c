// Bundles the page into dist/: one script, one style sheet, the HTML and the licences of what is bundled.
import { cp, mkdir, rm } from 'node:fs/promises';
import { build, context } from 'esbuild';

const watch = process.argv.includes('--watch');
const options = {
  entryPoints: { page: 'src/main.jsx' },
  outdir: 'dist',
  bundle: true,
  format: 'esm',
  target: ['es2022'],
  jsx: 'automatic',
  minify: !watch,
  sourcemap: watch,
  legalComments: 'linked',
  define: { 'process.env.NODE_ENV': watch ? '"development"' : '"production"' },
  logLevel: 'warning',
};

await rm('dist', { recursive: true, force: true });
await mkdir('dist', { recursive: true });
await cp('static', 'dist', { recursive: true });
if (watch) {
  await (await context(options)).watch();
} else {
  await build(options);
}
