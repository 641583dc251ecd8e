/** `npm run chaos`. Plain Node up to the point where the dependencies are there. */
import { installDependencies } from '../../local/install.js';

installDependencies();
await import('tsx');
await import('./main.ts');
