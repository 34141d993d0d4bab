# Renders the page. `snakemake report` renders it from the existing records, and trains nothing.


rule page:
    input:
        "results/bundle/bundle.json",
        "results/missing.json",
    # Kept until the new report is complete, and whole inside `snakemake --report`.
    output:
        update(
            report(
                directory("results/report"),
                htmlindex="index.html",
                caption="../captions/report.rst",
                category="Report",
            )
        ),
    log:
        "<logs>/page.log",
    benchmark:
        "<benchmarks>/page.tsv"
    localrule: True
    conda:
        "../../environment.yml"
    params:
        render=RENDER,
    shell:
        "{params.render:q} > {log} 2>&1"


# No output, so that it always runs; no input, so that it never starts another rule.
rule report:
    log:
        "<logs>/report.log",
    localrule: True
    conda:
        "../../environment.yml"
    params:
        gather=GATHER,
        render=RENDER,
    shell:
        "( {params.gather:q} && {params.render:q} ) 2>&1 | tee {log}"


# How long the selection will take, and what it will cost. No output, so that it always runs.
rule estimate:
    log:
        "<logs>/estimate.log",
    localrule: True
    conda:
        "../../environment.yml"
    params:
        forecast=forecast_command,
    shell:
        "{params.forecast:q} 2>&1 | tee {log}"
