/** The page of a panel: a strict content policy, the style sheet and script that all share, and the panel's own. */
import { randomBytes } from 'node:crypto';
import type { Uri, Webview } from 'vscode';

/** A panel that is built: `dist/webview/<name>.js` and `.css`. */
export type PageName = 'staging' | 'pool' | 'sandbox';

/** What a page needs of VS Code. */
export type PageHost = Pick<Webview, 'cspSource' | 'asWebviewUri'>;

/** Where a webview finds what its page loads; for `localResourceRoots`. */
export function resourcesOf(extensionUri: Uri): Uri {
  return extensionUri.with({ path: `${extensionUri.path.replace(/\/$/, '')}/dist/webview` });
}

/**
 * The HTML of a panel. Scripts run by nonce only, styles come from the extension, nothing else loads and nothing connects.
 * The toolkit tries an empty style sheet to learn what the browser can; it finds the nonce for it in `csp-nonce`.
 * @param title what is said of the page where its frame is listed.
 */
export function pageOf(webview: PageHost, extensionUri: Uri, name: PageName, title: string): string {
  const nonce = randomBytes(18).toString('base64url');
  const root = resourcesOf(extensionUri);
  const address = (file: string) => escape(webview.asWebviewUri(root.with({ path: `${root.path}/${file}` })).toString());
  const own = webview.cspSource;
  const policy = [
    "default-src 'none'",
    "base-uri 'none'",
    "form-action 'none'",
    `img-src ${own}`,
    `style-src ${own} 'nonce-${nonce}'`,
    `font-src ${own}`,
    `script-src 'nonce-${nonce}'`,
  ].join('; ');
  return `<!DOCTYPE html>
<html lang="en">
  <head>
    <meta charset="utf-8">
    <meta http-equiv="Content-Security-Policy" content="${escape(policy)}">
    <meta property="csp-nonce" content="${nonce}">
    <meta name="viewport" content="width=device-width, initial-scale=1">
    <title>${escape(title)}</title>
    <link rel="stylesheet" href="${address('base.css')}">
    <link rel="stylesheet" href="${address(`${name}.css`)}">
    <script defer nonce="${nonce}" src="${address('ui.js')}"></script>
    <script defer nonce="${nonce}" src="${address(`${name}.js`)}"></script>
  </head>
  <body></body>
</html>
`;
}

function escape(text: string): string {
  return text.replaceAll('&', '&amp;').replaceAll('"', '&quot;').replaceAll('<', '&lt;').replaceAll('>', '&gt;');
}
