import { defineConfig } from 'vitest/config';

// Every path is relative, so that the page also works behind a prefix; nothing is inlined, because the aggregator serves it
// under a policy that allows no inline script, style or data: URL.
export default defineConfig({
  base: './',
  oxc: { jsx: { runtime: 'automatic', importSource: 'preact' } },
  build: {
    target: 'es2022',
    outDir: 'dist',
    assetsDir: 'assets',
    // A data: URL would need a wider content security policy.
    assetsInlineLimit: 0,
    modulePreload: { polyfill: false },
    reportCompressedSize: false,
    sourcemap: false,
  },
  server: {
    proxy: {
      '/api': { target: process.env.SENTINEL_URL ?? 'http://127.0.0.1:8080', ws: true },
    },
  },
  test: {
    include: ['src/**/*.test.ts', 'build/**/*.test.mjs'],
    environment: 'node',
  },
});
