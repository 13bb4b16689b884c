/** The host side of the panel, as VS Code hands it to the page. */

interface VsCode {
  postMessage(message: unknown): void;
  getState(): unknown;
  setState(state: unknown): void;
}
declare function acquireVsCodeApi(): VsCode;

/** What a panel may ask of its host: send a message, and keep a small state that outlives the page. */
export interface Host<Message> {
  send(message: Message): void;
  /** What `keep` was given last, undefined the first time; not to be trusted to have a shape. */
  kept(): unknown;
  keep(state: unknown): void;
}

/** To be called once a page: VS Code hands its side out only once. */
export function acquireHost<Message>(): Host<Message> {
  const vscode = acquireVsCodeApi();
  return {
    send: (message) => vscode.postMessage(message),
    kept: () => vscode.getState(),
    keep: (state) => vscode.setState(state),
  };
}
