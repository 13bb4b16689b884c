/**
 * Dragging in the tree of tokens: a file dropped on a token is attached to it; a token or an attachment dragged into the
 * editor opens there. For several tokens at once there is a command, which shows numbers first.
 */
import { DataTransferItem, type DataTransfer, type TreeDragAndDropController } from 'vscode';
import type { TreeNode } from '../caller';

const uriList = 'text/uri-list';

interface Named {
  readonly pool: string;
  readonly id: string;
}

/** A node as far as this concerns: `name` for an attachment. */
function namedIn(node: TreeNode): (Named & { readonly name?: string }) | undefined {
  if (node.node !== 'token' && node.node !== 'attachment') return undefined;
  return node as TreeNode & Named & { readonly name?: string };
}

/** Small, since it is there from the start; what attaches is loaded with the first drop. */
export class TokenDrag<N extends TreeNode> implements TreeDragAndDropController<N> {
  readonly dropMimeTypes = [uriList, 'files'];
  readonly dragMimeTypes = [uriList];

  async handleDrag(nodes: readonly N[], transfer: DataTransfer): Promise<void> {
    const { attachmentUri, documentUri } = await import('../tokens/uri');
    const uris = nodes.flatMap((node) => {
      const of = namedIn(node);
      if (of === undefined) return [];
      return [of.name === undefined ? documentUri(of.pool, of.id) : attachmentUri(of.pool, of.id, of.name)];
    });
    if (uris.length > 0) transfer.set(uriList, new DataTransferItem(uris.map(String).join('\r\n')));
  }

  async handleDrop(target: N | undefined, transfer: DataTransfer): Promise<void> {
    const { drop } = await import('../tokens/drop');
    await drop(target === undefined ? undefined : namedIn(target), transfer);
  }
}
