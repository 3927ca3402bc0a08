/** jsep's tree, as far as the language goes. */
export type ExpressionNode =
  | { type: 'Literal'; value: unknown }
  | { type: 'Identifier'; name: string }
  | { type: 'MemberExpression'; computed: boolean; object: ExpressionNode; property: ExpressionNode }
  | { type: 'CallExpression'; callee: ExpressionNode; arguments: ExpressionNode[] }
  | { type: 'BinaryExpression'; operator: string; left: ExpressionNode; right: ExpressionNode }
  | { type: 'UnaryExpression'; operator: string; argument: ExpressionNode }
  | { type: 'ConditionalExpression'; test: ExpressionNode; consequent: ExpressionNode; alternate: ExpressionNode }
  | { type: 'ArrayExpression'; elements: (ExpressionNode | null)[] }
  | { type: 'Compound' | 'SequenceExpression' | 'ThisExpression' };

const HOLE: ExpressionNode = { type: 'Literal', value: null };

/** The parts of a node that are themselves evaluated. */
export function childrenOf(node: ExpressionNode): ExpressionNode[] {
  switch (node.type) {
    case 'MemberExpression':
      return node.computed ? [node.object, node.property] : [node.object];
    case 'BinaryExpression':
      return [node.left, node.right];
    case 'UnaryExpression':
      return [node.argument];
    case 'ConditionalExpression':
      return [node.test, node.consequent, node.alternate];
    case 'ArrayExpression':
      return node.elements.map((element) => element ?? HOLE);
    default:
      return [];
  }
}
