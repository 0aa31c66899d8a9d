"""The playground: the studio as static files, with the language services in a worker of the browser (Pyodide)."""
