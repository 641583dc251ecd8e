/**
 * For `node --import`: one module of the built product is its broken twin (CHAOS_BREAK, see index.ts). Plain JavaScript,
 * since nothing can be compiled yet.
 */
import { register } from 'node:module';
import { isMainThread } from 'node:worker_threads';

// The threads of a Temporal worker run its bundle of workflows and load no module of the product.
if (isMainThread) register('./hooks.js', import.meta.url, { data: JSON.parse(process.env.CHAOS_BREAK ?? '') });
