import assert from 'node:assert/strict';
import { commands, extensions } from 'vscode';
import type { Api } from '../../src/api';

interface Manifest {
  readonly contributes: { readonly commands: readonly { readonly command: string }[] };
}

describe('activation', () => {
  it('registers every command of the manifest and gives back the API', async () => {
    const extension = extensions.getExtension<Api>('grid-workbench.grid-workbench');
    assert.ok(extension);
    const api = await extension.activate();
    assert.equal(api.version, 1);
    const registered = new Set(await commands.getCommands(true));
    const { contributes } = extension.packageJSON as Manifest;
    for (const { command } of contributes.commands) assert.ok(registered.has(command), command);
  });

  it('lints and converts through the API', async () => {
    const api = await extensions.getExtension<Api>('grid-workbench.grid-workbench')?.activate();
    assert.ok(api);
    assert.equal((await api.lintLinks('what is this\n'))[0]?.code, 'not-a-link');
    const link = 'srm://srm.grid.sara.nl:8443/pnfs/grid.sara.nl/d/L1_SB000_uv.tar';
    assert.equal((await api.convertLinks(link, 'gsiftp')).text, 'gsiftp://gridftp.grid.sara.nl:2811/pnfs/grid.sara.nl/d/L1_SB000_uv.tar\n');
  });
});
