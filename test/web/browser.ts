/** A real Chromium, and the admin pages of a running system in it. */
import { execFile } from 'node:child_process';
import { existsSync, mkdirSync, mkdtempSync, readFileSync, renameSync, rmSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { promisify } from 'node:util';
import { type Browser, chromium, type Page } from 'playwright-core';
import type { System } from '../system/system.ts';

const AXE = readFileSync(join(packageFolder('axe-core'), 'axe.min.js'), 'utf8');
/** As wide as the narrowest phones. */
export const NARROW = { width: 360, height: 740 };

/** That of CHROMIUM_PATH, else the one that comes with the packages. The caller closes it. */
export async function startBrowser(): Promise<Browser> {
  return await chromium.launch({ executablePath: process.env.CHROMIUM_PATH ?? (await unpacked()), args: ARGS });
}

/** Root needs the first, containers with little shared memory the last. */
const ARGS = ['--no-sandbox', '--disable-gpu', '--disable-dev-shm-usage'];

/** Once for a checkout, whole or not at all: other test files may want it at the same moment. */
async function unpacked(): Promise<string> {
  const { version } = JSON.parse(readFileSync(join(packageFolder('@sparticuz/chromium'), 'package.json'), 'utf8'));
  const folder = join(process.cwd(), '.data', `chromium-${version}`);
  const program = join(folder, 'chromium');
  if (existsSync(program)) return program;
  mkdirSync(dirname(folder), { recursive: true });
  const made = mkdtempSync(`${folder}-`);
  try {
    // It unpacks into the folder for temporary files, and takes whatever is there already.
    const script = "await (await import('@sparticuz/chromium')).default.executablePath()";
    const env = { ...process.env, TMPDIR: made };
    await promisify(execFile)(process.execPath, ['--input-type=module', '--eval', script], { env });
    renameSync(made, folder);
  } catch (err) {
    rmSync(made, { recursive: true, force: true });
    if (!existsSync(program)) throw err;
  }
  return program;
}

function packageFolder(name: string): string {
  return join(process.cwd(), 'node_modules', name);
}

export interface AdminOptions {
  language?: 'en' | 'ru';
  theme?: 'light' | 'dark';
  viewport?: { width: number; height: number };
  /** Behind /admin. */
  path?: string;
}

/** The pages in a window of their own, without cookies. */
export interface Admin {
  page: Page;
  /** With a key, from the form on. */
  signIn(key: string): Promise<void>;
  /** Goes there as a link does, and waits until it is shown. */
  open(path: string): Promise<void>;
  /** Shows them in it, once the colours have changed. */
  setTheme(theme: 'light' | 'dark'): Promise<void>;
  /** What the browser or the pages found wrong: scripts that failed, what the policy refused. */
  troubles(): string[];
  /** Serious and critical findings of axe on what is shown. */
  findings(): Promise<string[]>;
  /** Whether what is shown is wider than the window. */
  isTooWide(): Promise<boolean>;
  close(): Promise<void>;
}

export async function openAdmin(
  system: Pick<System, 'apiUrl'>,
  browser: Browser,
  options: AdminOptions = {},
): Promise<Admin> {
  const { language = 'en', theme = 'light', viewport = { width: 1280, height: 800 }, path = '/' } = options;
  const context = await browser.newContext({
    locale: language === 'ru' ? 'ru-RU' : 'en-GB',
    colorScheme: theme,
    viewport,
    reducedMotion: 'reduce',
  });
  context.setDefaultTimeout(15_000);
  const page = await context.newPage();
  const troubles: string[] = [];
  page.on('pageerror', (err) => troubles.push(err.message));
  page.on('console', (line) => {
    // That an answer was no success is told in the page.
    if (line.type() === 'error' && !line.text().startsWith('Failed to load resource')) troubles.push(line.text());
  });
  const admin: Admin = {
    page,
    async signIn(key) {
      await page.locator('input[type=password]').fill(key);
      await page.locator('button[type=submit]').click();
      await page.locator('nav').waitFor({ state: 'attached' });
    },
    async open(to) {
      await page.goto(`${system.apiUrl}/admin${to}`);
      await page.locator('h1').waitFor();
      await page.locator('[role=status]').waitFor({ state: 'detached' });
    },
    async setTheme(to) {
      await page.emulateMedia({ colorScheme: to });
      await page.locator(`html[data-mantine-color-scheme=${to}]`).waitFor();
      await page.evaluate(STILL);
    },
    troubles: () => troubles,
    async findings() {
      // By the browser's own tools, which the page's security policy does not hold for.
      await page.evaluate(AXE);
      const { violations } = (await page.evaluate('axe.run(document)')) as { violations: Violation[] };
      return violations
        .filter(({ impact }) => impact === 'serious' || impact === 'critical')
        .flatMap(({ id, nodes }) => nodes.map(({ html, failureSummary }) => `${id}: ${html} ${failureSummary}`));
    },
    isTooWide: async () =>
      (await page.evaluate('document.documentElement.scrollWidth > document.documentElement.clientWidth')) === true,
    close: () => context.close(),
  };
  await page.goto(`${system.apiUrl}/admin${path}`);
  return admin;
}

/** What has no end, such as a loader, is not waited for. */
const STILL = `Promise.allSettled(document.getAnimations()
  .filter(({ effect }) => effect.getComputedTiming().endTime !== Infinity).map(({ finished }) => finished))`;

interface Violation {
  id: string;
  impact: string | null;
  nodes: { html: string; failureSummary: string }[];
}
