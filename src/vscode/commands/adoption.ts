/** Requests that came from elsewhere, and those of which nobody knows whether they were taken. */
import { window } from 'vscode';
import { GridError } from '../../core/errors';
import type { Verdict } from '../../core/staging/action';
import type { Desk } from '../../core/staging/desk';
import type { StagingRequest } from '../../core/staging/request';
import { moment, plural } from '../../core/wording';
import { optionsOf, type Person, type Program } from '../caller';
import { noCancel } from '../cancel';
import type { Stagers } from '../stagers';
import { needTrust } from '../trust';
import { naming, requestNamed, requestsMeant, toRow, type RequestResult } from './meant';

/** Takes requests that were made elsewhere with the same account onto the desk. */
export async function adopt(call: Person | Program, desk: Desk, stagers: Stagers): Promise<RequestResult | undefined> {
  needTrust('Adopting a request');
  if (call.by === 'program') {
    const { stager, id } = optionsOf(call.options, { stager: 'string', id: 'string' });
    return { requests: [toRow(await desk.adopt(stagers.find(stager).name, id.trim(), { signal: noCancel }))] };
  }
  const names = stagers.all.map(({ name }) => name);
  if (names.length === 0) throw new GridError('notFound', 'There is no stager yet.', { hint: 'Add one first.' });
  const stager =
    names.length === 1 ? names[0] : await window.showQuickPick(names, { title: 'Adopt request', placeHolder: 'Of which stager?' });
  if (stager === undefined) return undefined;
  const ids = await idsMeant(desk, stager);
  const requests: StagingRequest[] = [];
  for (const id of ids) requests.push(await desk.adopt(stager, id, { signal: noCancel }));
  return requests.length === 0 ? undefined : { requests: requests.map(toRow) };
}

/** Those of the stager's list that the desk does not know, or an id that is typed in. */
async function idsMeant(desk: Desk, stager: string): Promise<readonly string[]> {
  // A stager that cannot list now may still know the id somebody has.
  const listed = await desk.strangers(stager, { signal: noCancel }).catch(() => []);
  const type = { label: '$(edit) Another id…', id: undefined };
  const items = listed
    .map(({ id, total, links, word, when, site }) => ({
      label: id,
      description: [site, plural(total ?? links?.length ?? 0, 'file'), word, when === undefined ? '' : moment(when, Date.now())]
        .filter((text) => text !== undefined && text !== '')
        .join(', '),
      id,
    }))
    .reverse();
  if (items.length > 0) {
    const chosen = await window.showQuickPick([...items, type], {
      title: `Requests of ${stager} that are not here`,
      placeHolder: 'Choose those to adopt',
      canPickMany: true,
      matchOnDescription: true,
    });
    if (chosen === undefined) return [];
    const ids = chosen.flatMap(({ id }) => (id === undefined ? [] : [id]));
    if (chosen.every(({ id }) => id !== undefined)) return ids;
  }
  const text = await window.showInputBox({ title: `Adopt a request of ${stager}`, prompt: 'Its id; several are separated by spaces.' });
  return text?.split(/[\s,]+/).filter((id) => id !== '') ?? [];
}

/** A person's word on requests of which nobody knows whether they were taken, and on those that were refused. */
export async function settle(call: Person | Program, desk: Desk): Promise<RequestResult | undefined> {
  needTrust('Settling a request');
  if (call.by === 'program') {
    const { made, drop, ...name } = optionsOf(call.options, { ...naming, made: 'string?', drop: 'boolean?' });
    const request = requestNamed(desk, { ...name, stager: undefined, id: undefined });
    return settled(desk, request, made !== undefined ? { id: made } : drop === true ? 'drop' : 'notMade');
  }
  const [request] = await requestsMeant(call, desk, ({ id, uncertain, state }) => id === '' && (uncertain === true || state === 'failed'));
  if (request === undefined) return undefined;
  const verdict = await verdictOn(request, desk);
  return verdict === undefined ? undefined : settled(desk, request, verdict);
}

async function settled(desk: Desk, request: StagingRequest, verdict: Verdict): Promise<RequestResult> {
  await desk.settle(request, verdict, { signal: noCancel });
  return { requests: desk.requests.filter(({ files }) => files[0]?.link === request.files[0]?.link).map(toRow) };
}

async function verdictOn(request: StagingRequest, desk: Desk): Promise<Verdict | undefined> {
  const { candidates = [], absences = 0 } = desk.doubt(request) ?? {};
  const files = plural(request.files.length, 'file');
  const again = { label: '$(debug-restart) It was not taken: send it again', verdict: 'notMade' as const };
  const drop = { label: '$(trash) Take it off the desk', verdict: 'drop' as const };
  const type = { label: '$(edit) It was taken: type its id…', verdict: undefined };
  const found = candidates.map((id) => ({ label: `It is request ${id}`, verdict: { id } }));
  const items = request.uncertain ? [...found, again, type, drop] : [again, drop];
  const seen = absences > 0 ? ` ${request.stager} was asked ${plural(absences, 'time')} and lists none like it.` : '';
  const choice = await window.showQuickPick<(typeof items)[number] & { label: string }>(items, {
    title: request.uncertain ? `Was this request of ${files} taken?` : `This request of ${files} was refused`,
    placeHolder: `${request.trouble ?? ''}${seen}`,
  });
  if (choice !== type) return choice?.verdict;
  const id = await window.showInputBox({
    title: `Id at ${request.stager}`,
    validateInput: (text) => (text.trim() === '' ? 'The id is missing.' : undefined),
  });
  return id === undefined ? undefined : { id: id.trim() };
}
