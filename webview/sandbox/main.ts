/** Entry of the sandbox panel: asks the host for its sandbox and shows what comes. */
import './sandbox.css';
import type { FromSandboxPanel, ToSandboxPanel } from '../../src/shared/sandbox';
import { waiting } from '../control';
import { html, linkButton } from '../element';
import { acquireHost } from '../host';
import { definitions } from '../symbols';
import { SandboxPanel } from './panel';

const host = acquireHost<FromSandboxPanel>();
const place = html('div', { class: 'place' }, html('div', { class: 'loading' }, waiting()));
let panel: SandboxPanel | undefined;

function take(message: ToSandboxPanel): void {
  if (message.type === 'nothing') {
    panel = undefined;
    const open = linkButton('Open the step', 'open step', () => host.send({ type: 'openStep' }));
    place.replaceChildren(
      html('header', {}, html('h1', {}, 'Sandbox')),
      html('main', {}, html('p', { class: 'nothing' }, message.sentence), html('p', { class: 'nothing' }, open)),
    );
    return;
  }
  if (panel === undefined) {
    panel = new SandboxPanel((answer) => host.send(answer));
    place.replaceChildren(panel.element);
  }
  if (message.type === 'content') panel.fill(message.content);
  else if (message.type === 'log') panel.say(message.anew, message.lines);
  else {
    // The editor brings a panel back after a restart by what is kept.
    host.keep({ uri: message.sight.uri });
    panel.show(message.sight);
  }
}

document.body.append(definitions(), place);
window.addEventListener('message', ({ data }: MessageEvent<ToSandboxPanel>) => take(data));
host.send({ type: 'ready' });
