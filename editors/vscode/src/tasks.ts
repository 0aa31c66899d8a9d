// Tasks: `nccodsl check` and `nccodsl test` over the workspace.
import { ProcessExecution, Task, TaskDefinition, TaskGroup, TaskProvider, TaskScope, WorkspaceFolder, workspace } from 'vscode';
import { located } from './program';

const GROUPS = { check: TaskGroup.Build, test: TaskGroup.Test };
type Command = keyof typeof GROUPS;

function task(definition: TaskDefinition, scope: WorkspaceFolder | TaskScope): Task | undefined {
  const command = definition.command as Command;
  const found = located();
  if (!found || !(command in GROUPS)) return undefined;
  const args = Array.isArray(definition.args) ? definition.args.map(String) : [];
  const made = new Task(definition, scope, command, 'nccodsl', new ProcessExecution(found.command, [command, ...args]), '$nccodsl');
  made.group = GROUPS[command];
  return made;
}

export const taskProvider: TaskProvider = {
  provideTasks: () => (workspace.workspaceFolders ?? []).flatMap((folder) =>
    Object.keys(GROUPS).flatMap((command) => task({ type: 'nccodsl', command }, folder) ?? [])),
  resolveTask: (given) => task(given.definition, given.scope ?? TaskScope.Workspace),
};
