/** Files dropped on a folder of grid storage are uploaded there. */
import type { DataTransfer, TreeDragAndDropController } from 'vscode';
import type { TreeNode } from '../caller';
import type { Workbench } from '../workbench';

/** Small, since it is there from the start; what uploads is loaded with the first drop. */
export class StorageDrag<N extends TreeNode> implements TreeDragAndDropController<N> {
  readonly dropMimeTypes = ['text/uri-list'];
  readonly dragMimeTypes = ['text/plain'];

  constructor(private readonly workbench: () => Promise<Workbench>) {}

  /** Into an editor: as links. */
  async handleDrag(nodes: readonly N[], transfer: DataTransfer): Promise<void> {
    const { linksOf } = await import('../storageDrop');
    linksOf(nodes, transfer);
  }

  async handleDrop(target: N | undefined, transfer: DataTransfer): Promise<void> {
    const [{ drop }, { storage }] = await Promise.all([import('../storageDrop'), this.workbench()]);
    await drop(target, transfer, storage);
  }
}
