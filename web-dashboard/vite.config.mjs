import { defineConfig } from 'vitest/config';

// The aggregator serves the page under this policy (docs/stream.md's server); the development server keeps to it too
// as far as it can, so that a violation is seen before the page is packed.
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
