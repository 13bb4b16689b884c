/** The scheme `gridtoken:` as the editor knows it from the start. What is behind it is loaded when a token is opened. */
import { Disposable, EventEmitter, workspace, type FileChangeEvent, type FileSystemProvider, type Uri } from 'vscode';
import { tokenScheme } from '../../core/tokens/path';
import type { TokenFiles } from './files';

export interface TokenScheme extends Disposable {
  /** Tells the editor of tokens and attachments that are different now. */
  readonly changed: EventEmitter<FileChangeEvent[]>;
}

export function openScheme(files: () => Promise<TokenFiles>): TokenScheme {
  const changed = new EventEmitter<FileChangeEvent[]>();
  const provider: FileSystemProvider = {
    onDidChangeFile: changed.event,
    watch: (uri) => whenLoaded(files, (loaded) => loaded.watch(uri)),
    stat: async (uri) => (await files()).stat(uri),
    readDirectory: async (uri) => (await files()).readDirectory(uri),
    createDirectory: async (uri) => (await files()).createDirectory(uri),
    readFile: async (uri) => (await files()).readFile(uri),
    writeFile: async (uri, content, options) => (await files()).writeFile(uri, content, options),
    delete: async (uri) => (await files()).delete(uri),
    rename: async (from: Uri) => (await files()).rename(from),
  };
  const registration = workspace.registerFileSystemProvider(tokenScheme, provider, { isCaseSensitive: true });
  const ended = Disposable.from(registration, changed);
  return { changed, dispose: () => void ended.dispose() };
}

/** Something that ends, also when it ends before it could begin. */
function whenLoaded(files: () => Promise<TokenFiles>, begin: (loaded: TokenFiles) => Disposable): Disposable {
  let begun: Disposable | undefined;
  let ended = false;
  void files().then((loaded) => {
    if (!ended) begun = begin(loaded);
  });
  return {
    dispose: () => {
      ended = true;
      begun?.dispose();
    },
  };
}
