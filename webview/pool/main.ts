/** Entry of the pool panel: asks the host for its pool and shows what comes. */
import './pool.css';
import type { FromPoolPanel, PoolSight, ToPoolPanel } from '../../src/shared/pool';
import { waiting } from '../control';
import { html } from '../element';
import { acquireHost } from '../host';
import { definitions } from '../symbols';
import { PoolPanel } from './panel';

const host = acquireHost<FromPoolPanel>();
const place = html('div', { class: 'place' }, html('div', { class: 'loading' }, waiting()));
let panel: PoolPanel | undefined;
let shown = '';

function take(message: ToPoolPanel): void {
  if (message.type === 'nothing') {
    panel = undefined;
    place.replaceChildren(html('header', {}, html('h1', {}, 'Pool')), html('main', {}, html('p', { class: 'nothing' }, message.sentence)));
    return;
  }
  const { sight } = message;
  // The editor brings a panel back after a restart by what is kept.
  host.keep({ pool: sight.pool, ...(sight.type === undefined ? {} : { type: sight.type }) });
  const id = nameOf(sight);
  if (panel === undefined || id !== shown) {
    panel = new PoolPanel((answer) => host.send(answer));
    place.replaceChildren(panel.element);
    shown = id;
  }
  panel.show(sight);
  // Pool and state are known before any figure is.
  if (sight.counts === undefined && sight.overviews === undefined && sight.notices.length === 0) panel.element.append(pending);
  else pending.remove();
}

const pending = html('div', { class: 'loading' }, waiting());

/** Another type is another page: nothing of what was selected holds for it. */
function nameOf({ pool, type = '' }: PoolSight): string {
  return `${pool} ${type}`;
}

document.body.append(definitions(), place);
window.addEventListener('message', ({ data }: MessageEvent<ToPoolPanel>) => take(data));
host.send({ type: 'ready' });
