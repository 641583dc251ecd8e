/** `npm start`: everything on this machine. Plain Node up to the point where the dependencies are there. */
import { installDependencies } from './install.js';

installDependencies();
await import('tsx');
await import('./main.ts');
