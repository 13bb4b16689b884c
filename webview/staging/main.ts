/** Entry of the staging panel: asks the host for its campaign and shows what comes. */
import './staging.css';
import type { FromStagingPanel, ToStagingPanel } from '../../src/shared/staging';
import { html } from '../element';
import { acquireHost } from '../host';
import { definitions } from '../symbols';
import { waiting } from '../control';
import { StagingPanel } from './panel';

const host = acquireHost<FromStagingPanel>();
const place = html('div', { class: 'place' }, html('div', { class: 'loading' }, waiting()));
let panel: StagingPanel | undefined;

function take(message: ToStagingPanel): void {
  switch (message.type) {
    case 'campaign':
      if (message.head.total === 0 && message.files.names.length === 0)
        return nothing(message.head.name, 'No files in this campaign. Open a list of links and choose Stage.');
      panel?.end();
      panel = new StagingPanel(host, message.head, message.files);
      place.replaceChildren(panel.element);
      panel.settle();
      return;
    case 'head':
      panel?.news(message.head);
      return;
    case 'news':
      panel?.news(message.head, message.files);
      return;
    case 'nothing':
      nothing('Staging', message.sentence);
  }
}

function nothing(name: string, sentence: string): void {
  panel?.end();
  panel = undefined;
  place.replaceChildren(html('header', {}, html('h1', {}, name)), html('main', {}, html('p', { class: 'nothing' }, sentence)));
}

document.body.append(definitions(), place);
window.addEventListener('message', ({ data }: MessageEvent<ToStagingPanel>) => take(data));
host.send({ type: 'ready' });
