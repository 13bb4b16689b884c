/**
 * The toolkit's components that panels use, made known to the page: a script of its own that every page loads before its
 * panel's. Nothing else imports the toolkit; control.ts makes the elements.
 */
import { provideVSCodeDesignSystem, vsCodeButton, vsCodeProgressRing, vsCodeTextField } from '@vscode/webview-ui-toolkit';

provideVSCodeDesignSystem().register(vsCodeButton(), vsCodeTextField(), vsCodeProgressRing());
