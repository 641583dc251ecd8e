/**
 * Whoever imports the module gets its twin, and only the twin gets the real one: so what the twin does not replace is
 * the same instance for all. The twin's imports of the repository's files lead into the build that it was loaded into.
 */
const repository = new URL('../../../', import.meta.url).href;
const FOLDER = '?in=';

/** @type {{ name: string, module: string, twin: string, source: string }} The source is JavaScript. */
let swap;

export function initialize(data) {
  swap = data;
}

export async function resolve(specifier, context, nextResolve) {
  if (isTwin(context.parentURL)) return await nextResolve(fromTwin(specifier, context.parentURL), context);
  const resolved = await nextResolve(specifier, context);
  const end = `/${swap.module}.js`;
  if (!resolved.url.endsWith(end) || resolved.url.includes('/node_modules/')) return resolved;
  const folder = resolved.url.slice(0, 1 - end.length);
  return { url: `${swap.twin}${FOLDER}${folder}`, format: 'module', shortCircuit: true };
}

export async function load(url, context, nextLoad) {
  if (!isTwin(url)) return await nextLoad(url, context);
  // Told by the module itself, so that it is told only where it runs.
  const told = JSON.stringify(`${JSON.stringify({ break: swap.name })}\n`);
  return { format: 'module', source: `${swap.source}\nprocess.stdout.write(${told});\n`, shortCircuit: true };
}

function isTwin(url) {
  return url?.startsWith(swap.twin + FOLDER) ?? false;
}

/** Names of packages stay as they are. */
function fromTwin(specifier, twinUrl) {
  if (!specifier.startsWith('.')) return specifier;
  const folder = twinUrl.slice((swap.twin + FOLDER).length);
  const file = new URL(specifier, swap.twin).href.slice(repository.length);
  return folder + file.replace(/\.ts$/, '.js');
}
