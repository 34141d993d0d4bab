# Renders the page. `snakemake report` renders it from the existing records, and trains nothing.


rule page:
    input:
        "results/bundle/bundle.json",
    output:
        report("results/report/index.html", caption="../captions/report.rst", category="Report"),
        report(
            directory("results/report/figures"),
            patterns=["{figure}.png"],
            caption="../captions/figure.rst",
            category="Figures",
        ),
        directory("results/report/tables"),
        "results/report/provenance.html",
        directory("results/report/provenance"),
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
