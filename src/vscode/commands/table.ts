/**
 * The table of commands: each id of the manifest and what it does. Who calls, and how a failure is told, is decided here
 * once.
 */
import { env, window } from 'vscode';
import { callerOf, type Person, type Program } from '../caller';
import { showLog } from '../log';
import { forProgram, report } from '../report';
import type { Workbench } from '../workbench';

type Call = Person | Program;
type Command = (call: Call, workbench: Workbench, args: readonly unknown[]) => unknown;

const links = () => import('./links');
const rewrite = () => import('./rewrite');
const check = () => import('./check');
const requests = () => import('./requests');
const pins = () => import('./pins');
const copies = () => import('./copies');
const adoption = () => import('./adoption');
const accounts = () => import('./stagers');
const config = () => import('./config');
const pools = () => import('./pools');
const counts = () => import('./counts');
const views = () => import('./views');
const show = () => import('./show');
const bulk = () => import('./bulk');
const archive = () => import('./archive');
const stuck = () => import('./stuck');
const tokenFiles = () => import('./tokenFiles');
const storage = () => import('./storage');
const storageRead = () => import('./storageRead');
const storageDelete = () => import('./storageDelete');
const storageRoots = () => import('./storageRoots');
const sandbox = () => import('./sandbox');
const publish = () => import('./publish');

const table: Readonly<Record<string, Command>> = {
  'grid.links.convert': async (call, { sites }) => (await links()).convertLinks(call, sites),
  'grid.links.convertInPlace': async (call, { sites }, args) => (await rewrite()).convertInPlace(call, sites, args[2]),
  'grid.links.split': async (call, { sites }, args) => (await links()).splitLinks(call, sites, args[2]),
  'grid.links.sort': async (call, { sites }) => (await rewrite()).sortLinks(call, sites),
  'grid.links.removeDuplicates': async (call, { sites }) => (await rewrite()).removeDuplicates(call, sites),
  'grid.links.fixAll': async (call, { sites }) => (await rewrite()).fixAll(call, sites),
  'grid.links.check': async (call, workbench) => (await check()).checkLinks(call, workbench),
  'grid.links.checkLink': async (_, workbench, [link, uri]) => (await check()).checkLink(link, uri, workbench),
  'grid.links.showChecked': async (call, workbench) => (await import('./open')).openLocality(call, workbench),
  'grid.links.exportChecked': async (call, workbench) => (await import('./exportChecked')).exportChecked(call, workbench),
  'grid.links.copy': (_, __, [text]) => copyText(text),
  'grid.staging.stage': async (call, workbench) => (await import('./stage')).stage(call, workbench),
  'grid.staging.stageOnTape': async (call, workbench) => (await import('./stage')).stageOnTape(call, workbench),
  'grid.staging.stageLink': async (_, workbench, [link, name]) => (await import('./stage')).stageLink(link, name, workbench),
  'grid.staging.addStager': async (call, { stagers }) => (await accounts()).addStager(call, stagers),
  'grid.staging.removeStager': async (call, { stagers }) => (await accounts()).removeStager(call, stagers),
  'grid.staging.signIn': async (call, { stagers }) => (await accounts()).signInToStager(call, stagers),
  'grid.staging.refresh': async (call, { desk, view }) => (await requests()).refresh(call, desk, view),
  'grid.staging.abort': async (call, { desk }) => (await requests()).abort(call, desk),
  'grid.staging.reschedule': async (call, { desk }) => (await requests()).reschedule(call, desk),
  'grid.staging.forget': async (call, { desk }) => (await requests()).forget(call, desk),
  'grid.staging.retryFailed': async (call, { desk }) => (await requests()).retryFailed(call, desk),
  'grid.staging.release': async (call, { desk }) => (await pins()).release(call, desk),
  'grid.staging.extend': async (call, { desk, stagers }) => (await pins()).extend(call, desk, stagers),
  'grid.staging.adopt': async (call, { desk, stagers }) => (await adoption()).adopt(call, desk, stagers),
  'grid.staging.settle': async (call, { desk }) => (await adoption()).settle(call, desk),
  'grid.staging.followUp': async (call, { desk }) => (await import('./followUp')).followUp(call, desk),
  'grid.staging.open': async (call, workbench) => (await import('./open')).openStaging(call, workbench),
  'grid.panel.open': async (call, workbench) => (await import('./open')).openPanel(call, workbench),
  'grid.staging.exportList': async (call, { desk }) => (await copies()).exportList(call, desk),
  'grid.staging.copyOnlineLinks': async (call, { desk }) => (await copies()).copyOnlineLinks(call, desk),
  'grid.staging.copyLinks': async (call, { desk }) => (await copies()).copyLinks(call, desk),
  'grid.staging.copyRequestToken': async (call, { desk }) => (await copies()).copyRequestToken(call, desk),
  'grid.staging.copyId': async (call, { desk }) => (await copies()).copyId(call, desk),
  'grid.staging.more': async (call, { view }) => (await requests()).loadMore(call, view),
  'grid.config.convert': async (call, { previews }) => (await config()).convertStep(call, previews),
  'grid.config.import': async (call, { previews }) => (await config()).importStep(call, previews),
  'grid.config.keys': async (call) => (await config()).showKeys(call),
  'grid.pool.add': async (call, workbench) => (await pools()).addPool(call, workbench.pools),
  'grid.pool.remove': async (call, workbench) => (await pools()).removePool(call, workbench.pools),
  'grid.pool.signIn': async (call, workbench) => (await pools()).signInToPool(call, workbench.pools),
  'grid.pool.openInBrowser': async (call, workbench) => (await pools()).openInBrowser(call, workbench.pools),
  'grid.pool.open': async (call, workbench) => (await import('./open')).openPool(call, workbench),
  'grid.pool.installCounts': async (call, workbench) => (await counts()).installCounts(call, workbench),
  'grid.tokens.create': async (call, workbench) => (await import('./create')).createTokens(call, workbench),
  'grid.tokens.createOnline': async (call, workbench) => (await import('./onlinePart')).createOnline(call, workbench),
  'grid.tokens.show': async (call, workbench) => (await show()).showTokens(call, workbench),
  'grid.tokens.find': async (call, workbench) => (await show()).findTokens(call, workbench),
  'grid.tokens.sort': async (call, workbench) => (await show()).sortTokens(call, workbench),
  'grid.tokens.clearFound': async (call, workbench) => (await show()).clearFound(call, workbench),
  'grid.tokens.open': async (call, workbench) => (await tokenFiles()).openToken(call, workbench),
  'grid.tokens.openAttachment': async (call, workbench) => (await tokenFiles()).openAttachment(call, workbench),
  'grid.tokens.copyId': async (call) => (await tokenFiles()).copyTokenIds(call),
  'grid.tokens.takeTheirs': async (call, { conflicts }) => (await tokenFiles()).resolveConflict(call, 'theirs', await conflicts()),
  'grid.tokens.writeMine': async (call, { conflicts }) => (await tokenFiles()).resolveConflict(call, 'mine', await conflicts()),
  'grid.tokens.merge': async (call, { conflicts }) => (await tokenFiles()).resolveConflict(call, 'merge', await conflicts()),
  'grid.tokens.compare': async (call, workbench) => (await import('./compare')).compareTokens(call, workbench),
  'grid.tokens.synchronise': async (call, workbench) => (await import('./synchronise')).synchroniseTokens(call, workbench),
  'grid.tokens.reset': async (call, workbench) => (await bulk()).resetTokens(call, workbench),
  'grid.tokens.unlock': async (call, workbench) => (await bulk()).unlockTokens(call, workbench),
  'grid.tokens.setField': async (call, workbench) => (await bulk()).setTokenField(call, workbench),
  'grid.tokens.attach': async (call, workbench) => (await bulk()).attachToTokens(call, workbench),
  'grid.tokens.delete': async (call, workbench) => (await bulk()).deleteTokens(call, workbench),
  'grid.tokens.archive': async (call, workbench) => (await archive()).archiveTokens(call, workbench),
  'grid.tokens.restore': async (call, workbench) => (await archive()).restoreTokens(call, workbench),
  'grid.tokens.deleteType': async (call, workbench) => (await archive()).deleteTokenType(call, workbench),
  'grid.tokens.findStuck': async (call, workbench) => (await stuck()).findStuck(call, workbench),
  'grid.tokens.exportLinks': async (call, workbench) => (await stuck()).exportTokenLinks(call, workbench),
  'grid.tokens.download': async (call, workbench) => (await stuck()).downloadTokens(call, workbench),
  'grid.tokens.refresh': async (call, workbench) => (await counts()).refreshPools(call, workbench),
  'grid.tokens.more': async (call, workbench) => (await counts()).morePages(call, workbench),
  'grid.views.installStandard': async (call, workbench) => (await views()).installStandard(call, workbench),
  'grid.views.create': async (call, workbench) => (await views()).createView(call, workbench),
  'grid.views.delete': async (call, workbench) => (await views()).deleteView(call, workbench),
  'grid.storage.list': async (call, workbench) => (await storage()).listStorage(call, workbench),
  'grid.storage.download': async (call, workbench) => (await storage()).downloadFromStorage(call, workbench),
  'grid.storage.upload': async (call, workbench) => (await storage()).uploadToStorage(call, workbench),
  'grid.storage.makeDirectory': async (call, workbench) => (await storage()).makeDirectory(call, workbench),
  'grid.storage.delete': async (call, workbench) => (await storageDelete()).deleteFromStorage(call, workbench),
  'grid.storage.older': async (call, workbench) => (await storageDelete()).olderOnStorage(call, workbench),
  'grid.storage.open': async (call, workbench) => (await storageRead()).openOnStorage(call, workbench),
  'grid.storage.copyLink': async (call, workbench) => (await storageRead()).copyStorageLinks(call, workbench),
  'grid.storage.makeList': async (call, workbench) => (await storageRead()).makeListOf(call, workbench),
  'grid.storage.count': async (call, workbench) => (await storageRead()).countOnStorage(call, workbench),
  'grid.storage.check': async (call, workbench) => (await storageRead()).checkOnStorage(call, workbench),
  'grid.storage.addRoot': async (call, workbench) => (await storageRoots()).addRoot(call, workbench.storage),
  'grid.storage.signIn': async (call, workbench) => (await storageRoots()).signInToRoot(call, workbench),
  'grid.storage.removeRoot': async (call, workbench) => (await storageRoots()).removeRoot(call, workbench.storage),
  'grid.storage.refreshAll': (_, { storage: known }) => void known.refresh(),
  'grid.storage.refresh': async (call, workbench) => (await storageRoots()).refreshStorage(call, workbench.storage),
  'grid.storage.more': async (call, workbench) => (await storageRoots()).moreOfFolder(call, workbench.storage),
  'grid.sandbox.open': async (call, workbench) => (await sandbox()).openSandbox(call, workbench),
  'grid.sandbox.build': async (call, workbench) => (await sandbox()).buildSandboxOf(call, workbench),
  'grid.sandbox.compare': async (call, workbench) => (await import('./published')).compareSandbox(call, workbench),
  'grid.sandbox.convertLineEnds': async (call, workbench) => (await sandbox()).convertLineEnds(call, workbench),
  'grid.sandbox.upload': async (call, workbench) => (await publish()).uploadSandboxOf(call, workbench),
  'grid.sandbox.setOnTokens': async (call, workbench) => (await publish()).setSandboxOnTokens(call, workbench),
  'grid.log.show': () => showLog(),
};

/** Runs a command as VS Code passed it; rejects only for a program. */
export async function run(id: string, args: readonly unknown[], workbench: Workbench): Promise<unknown> {
  let call: Call;
  try {
    call = callerOf(args);
  } catch (error) {
    throw forProgram(error);
  }
  try {
    return await table[id]?.(call, workbench, args);
  } catch (error) {
    if (call.by === 'program') throw forProgram(error);
    // Not awaited: the command has ended, the message may stand for a while.
    void report(`${id} failed.`, error, id);
    return undefined;
  }
}

/** The links of a hover. */
async function copyText(text: unknown): Promise<void> {
  if (typeof text !== 'string') return;
  await env.clipboard.writeText(text);
  window.setStatusBarMessage('Copied', 3000);
}
