import react from '@vitejs/plugin-react';
import { defineConfig } from 'vite';

/** The output folder is `npm run build`'s and `npm start`'s to say. */
export default defineConfig({
  root: import.meta.dirname,
  base: '/admin/',
  plugins: [react()],
  // Replaced by api/web.ts with each answer.
  html: { cspNonce: '__STYLE_NONCE__' },
  build: {
    outDir: '../dist/web',
    emptyOutDir: true,
    target: 'es2022',
    // Small files stay files: the policy of the API takes no fonts and styles from data addresses.
    assetsInlineLimit: 0,
    chunkSizeWarningLimit: 1_000,
  },
});
