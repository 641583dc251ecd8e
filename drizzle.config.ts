import { defineConfig } from 'drizzle-kit';

/** `npx drizzle-kit generate` writes the next migration from db/schema.ts; read and mend its SQL before it lands. */
export default defineConfig({
  dialect: 'postgresql',
  schema: './db/schema.ts',
  out: './db/migrations',
  casing: 'snake_case',
});
