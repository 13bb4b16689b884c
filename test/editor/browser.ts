import { chromium, type Browser, type BrowserContext, type Page } from 'playwright-core';

const PROGRAM = process.env.GRID_TEST_CHROMIUM ?? '/usr/bin/chromium';

// --no-sandbox: Chromium refuses to run as root otherwise, and containers lack what its sandbox needs. It only opens our own pages.
const FLAGS = [
  '--no-sandbox',
  '--disable-gpu',
  '--disable-quic',
  '--no-first-run',
  '--disable-background-networking',
  '--disable-component-update',
  '--disable-sync',
];

export async function openBrowser(): Promise<Browser> {
  return chromium.launch({ executablePath: PROGRAM, headless: true, args: FLAGS });
}

export interface WindowOptions {
  /** What the window opens: a folder, or a `.code-workspace` file. */
  folder: string;
  /** Pairs for VS Code's own use, such as the extension under development. */
  payload?: readonly (readonly [string, string])[];
  theme?: Theme;
  width?: number;
  height?: number;
  /** Called before the page loads, to expose functions to it. */
  prepare?(context: BrowserContext): Promise<void>;
}

export type Theme = 'light' | 'dark' | 'contrast' | 'contrastLight';

/** The values of `workbench.colorTheme`, to be given to startEditor's settings or to setTheme. */
export const THEMES: Record<Theme, string> = {
  light: 'Default Light Modern',
  dark: 'Default Dark Modern',
  contrast: 'Default High Contrast',
  contrastLight: 'Default High Contrast Light',
};

/** Opens a window of the editor in a context of its own, so that no other window's layout or storage shows up. */
export async function openWindow(browser: Browser, url: string, options: WindowOptions): Promise<Page> {
  const context = await browser.newContext({
    viewport: { width: options.width ?? 1280, height: options.height ?? 800 },
    // Before its settings are read the editor takes the scheme of the system, and flashes when that is another one.
    colorScheme: options.theme === 'light' ? 'light' : 'dark',
    ...(options.theme === 'contrast' && { forcedColors: 'none' as const }),
    permissions: ['clipboard-read', 'clipboard-write'],
  });
  if (options.payload) await context.addInitScript(ALLOW_PAYLOAD);
  await options.prepare?.(context);
  const page = await context.newPage();
  await page.goto(windowAddress(url, options), { waitUntil: 'domcontentloaded', timeout: 60_000 });
  return page;
}

/**
 * Newer editors heed the payload only with a switch that code-server does not pass on, so the window is shown it where it
 * reads its configuration. (To change the page on its way instead would make Chromium distrust it: a page that came from
 * no address may not connect to a loopback port.) Older editors do not know the switch and need none.
 */
const ALLOW_PAYLOAD = `{
  const getAttribute = Element.prototype.getAttribute;
  Element.prototype.getAttribute = function (name) {
    const value = getAttribute.call(this, name);
    if (name !== 'data-settings' || !value) return value;
    return value.replace('"developmentOptions":{', '"developmentOptions":{"enableSmokeTestDriver":true,');
  };
}`;

export function windowAddress(url: string, options: Pick<WindowOptions, 'folder' | 'payload'>): string {
  const address = new URL(url);
  address.searchParams.set(options.folder.endsWith('.code-workspace') ? 'workspace' : 'folder', options.folder);
  if (options.payload) address.searchParams.set('payload', JSON.stringify(options.payload));
  return address.href;
}
