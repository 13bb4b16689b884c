/** The eight methods of `LtaStager.*`, as the practice stager answers them. */
import type { PracticeStager, StagerMethod } from './stager';
import { Refusal, type Recall, type Situation } from './stagerRecall';

export const stagerMethods: Readonly<Record<string, StagerMethod>> = {
  add_getid(stager, user, params) {
    const [links, notify = true] = params;
    if (stager.quirks.oneArgument && params.length > 1)
      throw new Refusal("<class 'TypeError'>:add_getid() takes exactly 2 arguments (3 given)");
    if (!Array.isArray(links) || links.length === 0 || !links.every((link) => typeof link === 'string'))
      throw new Refusal('no SURLs given');
    if (typeof notify !== 'boolean') throw new Refusal('sendNotifications must be a boolean');
    return stager.add(user, links, notify);
  },
  getstatus(stager, user, params) {
    const recall = ownRecall(stager, user, params);
    const situation = recall?.at(stager.world);
    if (situation !== undefined && !hidden(stager, situation)) return stager.quirks.word ?? situation.status;
    if (stager.quirks.gone === 'fault') throw new Refusal(`<class 'KeyError'>:${String(params[0])}`);
    return stager.quirks.gone === 'nil' ? null : '';
  },
  abort(stager, user, params) {
    needRecall(stager, user, params).abort(stager.world);
    return null;
  },
  reschedule(stager, user, params) {
    needRecall(stager, user, params).reschedule(stager.world);
    return null;
  },
  getstagedurls(stager, user, params) {
    const online = ownRecall(stager, user, params)?.at(stager.world).online ?? [];
    return online.map((link) => spell(link, stager.quirks.spelling));
  },
  gettoken(stager, user, params) {
    const recall = needRecall(stager, user, params);
    return ['new', 'scheduled'].includes(recall.at(stager.world).status) ? '' : `${siteOf(stager, recall)}:-${1_000_000_000 + recall.id}`;
  },
  getprogress(stager, user) {
    const progress: Record<string, unknown> = {};
    for (const recall of stager.recalls.values()) {
      const situation = recall.at(stager.world);
      if (recall.user === user && !hidden(stager, situation)) progress[String(recall.id)] = progressEntry(stager, recall, situation);
    }
    for (let k = 0; k < stager.quirks.foreign; k++) progress[String(500_000 + k)] = foreignEntry(user, k);
    return Object.keys(progress).length === 0 ? null : progress;
  },
  getsrmstorageinfo(stager, user) {
    if (!(stager.options.support ?? []).includes(user)) throw new Refusal(`user ${user} lacks the support role`);
    return { sara: { Total: '1000', Free: '250' }, juelich: { Total: '800', Free: '100' }, poznan: { Total: '600', Free: '300' } };
  },
};

function ownRecall(stager: PracticeStager, user: string, params: readonly unknown[]): Recall | undefined {
  const recall = stager.recalls.get(Number(params[0]));
  return recall?.user === user ? recall : undefined;
}

function needRecall(stager: PracticeStager, user: string, params: readonly unknown[]): Recall {
  const recall = ownRecall(stager, user, params);
  if (recall === undefined) throw new Refusal(`no request with id ${String(params[0])}`);
  return recall;
}

function hidden(stager: PracticeStager, situation: Situation): boolean {
  return situation.gone && stager.quirks.vanish;
}

function progressEntry(stager: PracticeStager, recall: Recall, { status, online }: Situation): Record<string, unknown> {
  const { quirks } = stager;
  const write = (value: number | boolean) => (quirks.types === 'text' ? String(value) : value);
  return {
    Status: quirks.word ?? status,
    'User id': recall.user,
    Location: siteOf(stager, recall),
    'Flagged abort': write(quirks.flagged || status === 'aborted'),
    'File count': write(quirks.countStaged ? online.length : recall.links.length),
    'Files done': write(online.length),
    'Percent done': write((100 * online.length) / recall.links.length),
  };
}

function foreignEntry(user: string, k: number): Record<string, unknown> {
  const words = ['new', 'scheduled', 'in progress', 'on hold', 'success', 'partial success'];
  return {
    Status: words[k % words.length],
    'User id': user,
    Location: 'sara',
    'Flagged abort': 'false',
    'File count': '1000',
    'Files done': String(k % 1000),
    'Percent done': String((k % 1000) / 10),
  };
}

function siteOf(stager: PracticeStager, recall: Recall): string {
  const [first = ''] = recall.links;
  if (stager.options.site !== undefined) return stager.options.site;
  if (first.includes('juelich')) return 'juelich';
  if (/psnc|poznan/.test(first)) return 'poznan';
  return 'sara';
}

/** The same file in the spelling of another client. */
function spell(link: string, spelling: 'same' | 'port' | 'noPort' | 'managerv2' | 'slashes'): string {
  const [, host = '', path = ''] = /^srm:\/\/([^/:]+)(?::\d+)?(?:\/srm\/managerv2\?SFN=)?(\/.*)$/.exec(link) ?? [];
  if (host === '') return link;
  switch (spelling) {
    case 'same':
      return link;
    case 'port':
      return `srm://${host}:8443${path}`;
    case 'noPort':
      return `srm://${host}${path}`;
    case 'managerv2':
      return `srm://${host}:8443/srm/managerv2?SFN=${path}`;
    case 'slashes':
      return `srm://${host}:8443/${path}`;
  }
}
