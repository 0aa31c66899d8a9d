"""The language server: the services of the editor room over the Language Server Protocol. Needs the extra `lsp`."""
