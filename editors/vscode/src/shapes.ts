// JSON of the server as objects of the editor.
import { Location, Position, Range, Uri } from 'vscode';
import * as protocol from './protocol';

export function position(given: protocol.Position): Position {
  return new Position(given.line, given.character);
}

export function range(given: protocol.Range): Range {
  return new Range(position(given.start), position(given.end));
}

export function location(given: protocol.Location): Location {
  return new Location(Uri.parse(given.uri), range(given.range));
}
