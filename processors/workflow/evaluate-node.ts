import { EXPRESSION_FUNCTIONS } from './expression-functions.ts';
import { EXPRESSION_METHODS } from './expression-methods.ts';
import type { ExpressionNode } from './expression-node.ts';
import { isRecord, numberOf, spend, spendText, textOrNumber, type Work } from './expression-values.ts';

/** What `$` stands for. */
export type Scope = Readonly<Record<string, unknown>>;

/**
 * The value of a checked tree. A path to what isn't there is undefined, as in JSONPath; anything else that has no
 * value throws an Error with a sentence for the workflow's author.
 */
export function evaluateNode(node: ExpressionNode, scope: Scope, work: Work): unknown {
  spend(work, 1);
  const value = (part: ExpressionNode): unknown => evaluateNode(part, scope, work);
  switch (node.type) {
    case 'Literal':
      return node.value;
    case 'Identifier':
      return scope;
    case 'MemberExpression':
      return readMember(value(node.object), node.computed ? value(node.property) : (node.property as { name: string }).name);
    case 'ConditionalExpression':
      return value(node.test) ? value(node.consequent) : value(node.alternate);
    case 'ArrayExpression':
      return node.elements.map((element) => (element ? value(element) : null));
    case 'UnaryExpression':
      return evaluateUnary(node.operator, value(node.argument));
    case 'BinaryExpression':
      return evaluateBinary(node, value, work);
    case 'CallExpression':
      return evaluateCall(node, value, work);
    default:
      throw new Error(`${node.type} has no value`);
  }
}

/** Own members of plain objects and lists only: no prototype is ever reached. */
function readMember(object: unknown, key: unknown): unknown {
  if (Array.isArray(object)) {
    if (!Number.isInteger(key)) throw new Error('a list is read by a number');
    return object.at(key as number) as unknown;
  }
  if (object === undefined || object === null) return undefined;
  if (!isRecord(object)) throw new Error(`a ${typeof object} has no parts`);
  if (typeof key !== 'string' || key === '__proto__') throw new Error('an object is read by a name');
  return Object.hasOwn(object, key) ? object[key] : undefined;
}

function evaluateUnary(operator: string, value: unknown): unknown {
  if (operator === '!') return !value;
  return operator === '-' ? -numberOf(value) : numberOf(value);
}

function evaluateBinary(node: ExpressionNode & { type: 'BinaryExpression' }, value: (part: ExpressionNode) => unknown, work: Work): unknown {
  const left = value(node.left);
  switch (node.operator) {
    case '||':
      return left || value(node.right);
    case '&&':
      return left && value(node.right);
    case '??':
      return left ?? value(node.right);
    default:
      return combine(node.operator, left, value(node.right), work);
  }
}

function combine(operator: string, left: unknown, right: unknown, work: Work): unknown {
  switch (operator) {
    case '==':
    case '===':
      return left === right;
    case '!=':
    case '!==':
      return left !== right;
    case '+':
      if (typeof left === 'string' && typeof right === 'string') {
        spendText(work, left.length + right.length);
        return left + right;
      }
      return finite(numberOf(left) + numberOf(right));
    case '-':
      return finite(numberOf(left) - numberOf(right));
    case '*':
      return finite(numberOf(left) * numberOf(right));
    case '/':
    case '%':
      if (numberOf(right) === 0) throw new Error('it divides by zero');
      return finite(operator === '/' ? numberOf(left) / numberOf(right) : numberOf(left) % numberOf(right));
    default:
      return compare(operator, textOrNumber(left), textOrNumber(right));
  }
}

function compare(operator: string, left: string | number, right: string | number): boolean {
  if (typeof left !== typeof right) throw new Error('text and numbers can’t be compared');
  if (operator === '<') return left < right;
  if (operator === '>') return left > right;
  return operator === '<=' ? left <= right : left >= right;
}

function finite(value: number): number {
  if (!Number.isFinite(value)) throw new Error('the number is too large');
  return value;
}

function evaluateCall(node: ExpressionNode & { type: 'CallExpression' }, value: (part: ExpressionNode) => unknown, work: Work): unknown {
  const { callee } = node;
  const callArguments = node.arguments.map(value);
  if (callee.type === 'Identifier') {
    const run = EXPRESSION_FUNCTIONS.get(callee.name);
    if (run) return run(callArguments, work);
  }
  if (callee.type === 'MemberExpression' && callee.property.type === 'Identifier') {
    const run = EXPRESSION_METHODS.get(callee.property.name);
    if (run) return run(value(callee.object), callArguments, work);
  }
  throw new Error('only named functions and methods can be called');
}
