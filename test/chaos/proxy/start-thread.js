/** The thread's first file must be plain JavaScript: Node 20 gives threads no loader. */
import { tsImport } from 'tsx/esm/api';

await tsImport('./thread.ts', import.meta.url);
