"""The workflow's commands besides the engine and the report: `python -m benchmarks.commands.NAME`.

`select` lists the jobs of a configuration, `fetch` downloads data sets, `ceilings` measures the machine,
`gather` makes the bundle, `verdict` says which runs failed, and `times` says where the time went. `live`
calls the workflow, and shows it: `course` reads how far the call is, `estimate` how long it takes, `view`
draws it, and `closing` says how it ended. `tune`, which the workflow does not call, scores settings of a
recipe. Only it and `ceilings` bring up a framework.
"""
