# Merges the bundles of two or more machines and renders their comparison.


rule compare:
    input:
        compared,
    output:
        report("results/comparison/index.html", caption="../captions/comparison.rst", category="Report"),
    log:
        "<logs>/compare.log",
    localrule: True
    conda:
        "../../environment.yml"
    params:
        bundles=[argument for bundle in CONFIG["bundles"] for argument in ("--bundle", bundle)],
    shell:
        "python -m report --compare {params.bundles:q} --out results/comparison > {log} 2>&1"
